import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { one, withClient } from '../../functions/db/client.ts';
import { openCopy } from '../../functions/db/copy.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

describe('a COPY that the server refused', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase();
    await database.run(sql`create table public.numbers (n integer)`);
  });
  afterAll(() => database.drop());

  // what nobody listens to on the stream would end the process: vitest counts it as an error of the run
  it.each(['end', 'write', 'abort'] as const)(
    'says so by %s, however late that comes, and leaves the connection',
    async (how) => {
      await withClient({ connectionString: database.url, applicationName: 'test' }, async (db) => {
        const copy = openCopy(db, sql`copy public.numbers from stdin`);
        await copy.write(Buffer.from('none\n'.repeat(50_000)));
        // the server has refused it by now, and the stream knows
        await sleep(200);
        const late = {
          end: () => copy.end(),
          write: () => copy.write(Buffer.from('1\n')),
          abort: () => copy.abort(new Error('given up')),
        }[how]();
        if (how === 'abort') await late;
        else await expect(late).rejects.toMatchObject({ code: '22P02' });
        await expect(copy.end()).rejects.toMatchObject({ code: '22P02' });
        expect(await one<{ one: number }>(db, sql`select 1 as one`)).toEqual({ one: 1 });
      });
    },
  );
});
