import { afterAll, beforeAll, expect, test } from 'vitest';
import { withClient } from '../../functions/db/client.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { codeBlocks } from '../unit/docs/documents.ts';

const statements = codeBlocks('docs/operations.md', 'sql');

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase({ ledger: true });
});
afterAll(() => database.drop());

test('docs/operations.md has statements', () => {
  expect(statements.length).toBeGreaterThan(5);
});

test.each(statements.map((text) => [text.trim().split('\n')[0] ?? '', text]))(
  'runs as it stands: %s',
  async (_, text) => {
    await withClient({ connectionString: database.url, applicationName: 'test' }, async (db) => {
      await expect(db.query(text)).resolves.toBeDefined();
    });
  },
);
