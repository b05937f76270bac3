import { registerHooks } from 'node:module';
import { expect, test } from 'vitest';
import { importStatesLibrary } from '../../../localstack/embedded/machine/states-library.ts';

test('the library comes without its AWS clients and its validator, which would cost more than all the rest', async () => {
  const loaded: string[] = [];
  const hooks = registerHooks({
    load(url, context, next) {
      loaded.push(url);
      return next(url, context);
    },
  });
  const { StateMachine } = await importStatesLibrary();
  hooks.deregister();
  expect(loaded.filter((url) => url.includes('/aws-local-stepfunctions/'))).not.toEqual([]);
  expect(
    loaded.filter((url) => /client-lambda|credential-providers|asl-validator/.test(url) && url.startsWith('file:')),
  ).toEqual([]);

  const definition = { StartAt: 'Only', States: { Only: { Type: 'Pass', End: true } } } as const;
  const machine = new StateMachine(definition, { validationOptions: { noValidate: true } });
  expect(await machine.run({ kept: 1 }).result).toEqual({ kept: 1 });
});
