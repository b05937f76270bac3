import { afterAll, beforeAll, expect, test } from 'vitest';
import { withClient } from '../../functions/db/client.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { codeBlocks } from '../unit/docs/documents.ts';

/** As the runbook says: words in capitals are yours to put in. */
const putIn = (text: string): string => text.replaceAll(/\bLOAD\b/g, '1').replaceAll(/'TABLE'/g, "'landfall.loads'");

const statements = ['docs/operations.md', 'docs/runbook.md'].flatMap((path) => codeBlocks(path, 'sql')).map(putIn);

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase({ ledger: true });
});
afterAll(() => database.drop());

test('both documents have statements', () => {
  expect(codeBlocks('docs/operations.md', 'sql').length).toBeGreaterThan(5);
  expect(codeBlocks('docs/runbook.md', 'sql').length).toBeGreaterThan(3);
});

test.each(statements.map((text) => [text.trim().split('\n')[0] ?? '', text]))(
  'runs as it stands: %s',
  async (_, text) => {
    await withClient({ connectionString: database.url, applicationName: 'test' }, async (db) => {
      await expect(db.query(text)).resolves.toBeDefined();
    });
  },
);
