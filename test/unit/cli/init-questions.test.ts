import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { type Asker, askerOf, type Question } from '../../../cli/init/ask.ts';
import type { Context } from '../../../cli/context.ts';

interface Person {
  readonly asker: Asker;
  readonly types: PassThrough;
  readonly said: () => string;
}

/** Somebody at a terminal, who types into `types`. */
function personAt(signal = new AbortController().signal, terminalColumns: number | null = 80): Person {
  const types = Object.assign(new PassThrough(), { isTTY: true });
  let said = '';
  const context = {
    stdin: () => types,
    err: (text: string) => void (said += text),
    terminalColumns: () => terminalColumns,
    signal,
  } as unknown as Context;
  const asker = askerOf(context, false);
  onTestFinished(() => asker.close());
  return { asker, types, said: () => said };
}

const key: Question = {
  question: 'Which columns identify a row',
  option: '--key COLUMN,...',
  proposal: 'id',
  why: 'the unique index people_pkey of the table is on it',
  problem: (answer) => (answer === 'id' || answer === 'name' ? null : `the file fills no column ${answer}`),
};

test('Enter takes what is proposed, a wrong answer is asked for again, and all answers may come at once', async () => {
  const { asker, types, said } = personAt();
  types.write('\nnobody\n name \nno\n');
  expect(await asker.ask(key)).toBe('id');
  expect(await asker.ask(key)).toBe('name');
  expect(await asker.confirm('Write this?')).toBe(false);
  expect(said()).toBe(
    [
      '\nWhich columns identify a row?\n  the unique index people_pkey of the table is on it\n  [id] > ',
      '\nWhich columns identify a row?\n  the unique index people_pkey of the table is on it\n  [id] >   the file fills no column nobody\n  [id] > ',
      '\nWrite this? [yes] > ',
    ].join(''),
  );
});

test('an answer is needed where nothing can be proposed; one that is typed slowly is waited for', async () => {
  const { asker, types, said } = personAt();
  const answer = asker.ask({ ...key, proposal: null });
  types.write('\n');
  await new Promise((resolve) => setTimeout(resolve, 5));
  types.write('na');
  await new Promise((resolve) => setTimeout(resolve, 5));
  types.write('me\n');
  expect(await answer).toBe('name');
  expect(said()).toContain('  >   an answer is needed\n  > ');
});

test('Ctrl-D ends it in words, before a question and within one', async () => {
  const within = personAt();
  const asked = within.asker.ask(key);
  within.types.end();
  await expect(asked).rejects.toThrow('Nothing was written. --yes takes what is proposed');
  await expect(within.asker.confirm('Write this?')).rejects.toThrow('the answers ended');
});

test('an interrupt ends the question', async () => {
  const stopping = new AbortController();
  const { asker } = personAt(stopping.signal);
  const asked = asker.ask(key);
  stopping.abort(new Error('interrupted'));
  await expect(asked).rejects.toThrow('aborted');
});

test('without a terminal nobody is asked: what is proposed stands, or the option is named', async () => {
  const { asker, said } = personAt(undefined, null);
  expect(await asker.ask(key)).toBe('id');
  await expect(asker.ask({ ...key, proposal: null })).rejects.toMatchObject({
    problems: [expect.stringContaining('Say it with --key COLUMN,...')],
  });
  expect(said()).toBe('');
});
