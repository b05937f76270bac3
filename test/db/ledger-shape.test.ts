import { afterAll, beforeAll, expect, test } from 'vitest';
import { many, withClient } from '../../functions/db/client.ts';
import { selectLedgerShape } from '../../functions/ledger/trust/ledger-shape-sql.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase({ ledger: true });
});
afterAll(() => database.drop());

test('the shape that a ledger is compared with is the one that the migrations make; with -u it is written anew', async () => {
  const lines = await withClient({ connectionString: database.url, applicationName: 'test' }, (db) =>
    many<{ what: string; alike: string }>(db, selectLedgerShape()),
  );
  const text = lines
    .map(({ what, alike }) => `${what}: ${alike}`)
    .toSorted()
    .join('\n');
  await expect(`/** What the migrations of this version make, by test/db/ledger-shape.test.ts: a line a table, column and constraint. Over 250 lines: the ledger is that large. */
export const ledgerShape: readonly string[] = \`
${text}
\`
  .trim()
  .split('\\n');
`).toMatchFileSnapshot('../../functions/ledger/trust/ledger-shape.ts');
});
