import { expect, test } from 'vitest';
import { agreeing, plural } from '../../../functions/core/quantities/counted.ts';
import { saidAtCharacters, saidInCell } from '../../../functions/formats/shared/trailer-place.ts';
import { heldMessage } from '../../../functions/words/held-message.ts';
import { failureMessage } from '../../../functions/words/failure-message.ts';

test.each([
  [0, '0 rows', '0 batches', 'are'],
  [1, '1 row', '1 batch', 'is'],
  [2, '2 rows', '2 batches', 'are'],
  [1_234_567, '1,234,567 rows', '1,234,567 batches', 'are'],
])('%d', (number, rows, batches, verb) => {
  expect([plural(number, 'row'), plural(number, 'batch'), agreeing(number, 'is', 'are')]).toEqual([
    rows,
    batches,
    verb,
  ]);
});

test('of one, messages speak in the singular', () => {
  expect(saidInCell([Buffer.from('a')], 2)).toEqual({ problem: 'the line has 1 cell' });
  expect(saidAtCharacters(Buffer.from('ä'), '2-3')).toEqual({ problem: 'the line has 1 character' });
  const counts = { inserted: 1, updated: 1, deleted: 0, rejected: 1 };
  expect(heldMessage({ loadId: 1, counts, broken: null, moved: [], days: 1 })).toContain(
    'then 1 row inserted, 1 updated and 1 rejected',
  );
  const failed = {
    loadId: 1,
    dataset: 'd',
    target: 'public.t',
    object: 'a.csv',
    code: 'X',
    message: null,
    records: 1,
    batches: 1,
    mergedBatches: 1,
    begunBatches: 0,
    inserted: 1,
    updated: 0,
    execution: null,
  };
  expect(failureMessage(failed, null).text).toContain(
    'Where it stands: 1 record was read; 1 of 1 batch is merged: 1 row inserted, 0 updated.',
  );
});
