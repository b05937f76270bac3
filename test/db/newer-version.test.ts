import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { execute, maybeOne, withClient } from '../../functions/db/client.ts';
import { selectNewerLoaded } from '../../functions/ledger/loads/versions-sql.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase({ ledger: true });
});
afterAll(() => database.drop());

interface Version {
  readonly sequencer: string | null;
  readonly modified: string;
}

/** Load 1 is loaded; whether the ledger takes it for newer than load 2, which is asked about. */
async function isNewer(loaded: Version, asked: Version): Promise<boolean> {
  return await withClient({ connectionString: database.url, applicationName: 'test' }, async (db) => {
    await execute(db, sql`truncate landfall.loads restart identity cascade`);
    for (const [versionId, { sequencer, modified }] of Object.entries({ loaded, asked })) {
      await execute(
        db,
        sql`
          insert into landfall.loads
            (dataset, target, bucket, key, version_id, generation, size, sequencer, object_modified, request, outcome)
          values
            ('d', 'public.t', 'b', 'k', ${versionId}, 1, 0, ${sequencer}, ${modified}, '{}',
             ${versionId === 'loaded' ? 'LOADED' : null})`,
      );
    }
    return (await maybeOne(db, selectNewerLoaded(2))) !== null;
  });
}

const modified = '2024-07-01T10:00:00Z';

it.each([
  ['0055AED6DCD90281E5', '0055AED6DCD90281E6', -1],
  ['0055AED6DCD90281E5', '0055AED6DCD90281E5', 0],
  ['0055AED6DCD90281E5', '0055AED6DCD90281E500', 0],
  ['0055AED6DCD90281E5', '0055AED6DCD90281E501', -1],
  ['01', '00FF', 1],
  ['00ab', '00AB', 0],
  ['0055aed6dcd9', '0055AED6DCD8FF', 1],
  [`${'0'.repeat(65)}2`, `${'0'.repeat(65)}1`, 1],
])('sequencer %s against %s: %i, and the reverse', async (left, right, order) => {
  const one = { sequencer: left, modified };
  const other = { sequencer: right, modified };
  expect(await isNewer(one, other)).toBe(order > 0);
  expect(await isNewer(other, one)).toBe(order < 0);
});

it('any two sequencers are ordered as S3 does: padded on the right with zeros, case apart', async () => {
  const digits = fc.string({
    unit: fc.constantFrom('0', '0', '1', '9', 'a', 'A', 'F', 'f'),
    minLength: 1,
    maxLength: 70,
  });
  const pairs = fc.oneof(
    fc.tuple(digits, digits),
    fc.tuple(digits, digits).map(([head, tail]): [string, string] => [head, head + tail]),
  );
  const padded = (sequencer: string): string => sequencer.padEnd(140, '0').toUpperCase();
  await fc.assert(
    fc.asyncProperty(pairs, async ([one, other]) => {
      const newer = await isNewer({ sequencer: one, modified }, { sequencer: other, modified });
      expect(newer).toBe(padded(one) > padded(other));
    }),
    { numRuns: 50 },
  );
});

it('where one of them has none, the time of modification decides', async () => {
  const early = '2024-07-01T10:00:00Z';
  const late = '2024-07-01T10:00:01Z';
  expect(await isNewer({ sequencer: null, modified: late }, { sequencer: '99', modified: early })).toBe(true);
  expect(await isNewer({ sequencer: '99', modified: early }, { sequencer: null, modified: late })).toBe(false);
  expect(await isNewer({ sequencer: null, modified: late }, { sequencer: null, modified: late })).toBe(false);
});
