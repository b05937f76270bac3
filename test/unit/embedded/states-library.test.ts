import { execFileSync } from 'node:child_process';
import { registerHooks } from 'node:module';
import { expect, test } from 'vitest';
import { importStatesLibrary } from '../../../localstack/embedded/machine/states-library.ts';

const library = new URL('../../../localstack/embedded/machine/states-library.ts', import.meta.url).href;
const command = new URL('../../../cli/check-node.mjs', import.meta.url).href;

/** What a process that imports nothing else loads for the library: here another test may have loaded it already. */
const listing = `
  import { registerHooks } from 'node:module';
  await import(${JSON.stringify(command)});
  const loaded = [];
  registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
  const { importStatesLibrary } = await import(${JSON.stringify(library)});
  await importStatesLibrary();
  process.stdout.write(JSON.stringify(loaded));`;

// Node before 22.15 has no hooks and imports all of it
test.runIf(registerHooks)(
  'the library comes without its AWS clients and its validator, which cost more than all the rest',
  () => {
    const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', listing], { encoding: 'utf8' });
    const loaded = JSON.parse(printed) as string[];
    expect(loaded.filter((url) => url.includes('/aws-local-stepfunctions/'))).not.toEqual([]);
    expect(
      loaded.filter((url) => /client-lambda|credential-providers|asl-validator/.test(url) && url.startsWith('file:')),
    ).toEqual([]);
  },
);

test('a machine of the library runs with a definition that it does not validate', async () => {
  const { StateMachine } = await importStatesLibrary();
  const definition = { StartAt: 'Only', States: { Only: { Type: 'Pass', End: true } } } as const;
  const machine = new StateMachine(definition, { validationOptions: { noValidate: true } });
  expect(await machine.run({ kept: 1 }).result).toEqual({ kept: 1 });
});
