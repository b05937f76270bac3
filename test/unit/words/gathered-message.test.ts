import { expect, test } from 'vitest';
import { causeOf, gatheredMessage } from '../../../functions/words/gathered-message.ts';

const at = new Date('2026-11-28T06:00:00Z');

test.each([
  [
    'DatabaseAway',
    'nothing yet: the sweep retries each by itself',
    'landfall retry --failed --since 2026-11-28T05:59:00Z --stack S',
  ],
  ['Sandbox.Timedout', 'once the cause is gone', 'landfall retry --failed --since 2026-11-28T05:59:00Z --stack S'],
  ['CONTRACT_CHANGED', 'they do not go on by themselves', 'landfall retry LOAD --force --stack S'],
  ['OLDER_THAN_MERGED', 'they do not go on by themselves', 'landfall retry LOAD --force --stack S'],
])('many that failed with %s are told the command that helps them', (code, words, command) => {
  const cause = causeOf({ code, dataset: 'orders', loadId: 7 });
  const counts = { failures: 3, loads: 3, still: 2, examples: [7, 8] };
  const { text } = gatheredMessage({ cause, ...counts, from: at, until: at }, 'S');
  expect(text).toContain(words);
  expect(text).toContain(command);
});
