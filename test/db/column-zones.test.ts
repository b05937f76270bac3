import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contractFor } from '../../functions/contract/contract-for.ts';
import { type DatasetInput, defineDataset } from '../../functions/compile/declaration/schema.ts';
import type { Contract } from '../../functions/core/contract.ts';
import { sql } from '../../functions/core/sql.ts';
import { typedTable } from '../../functions/core/staging.ts';
import { type Db, execute, many, transaction, withClient } from '../../functions/db/client.ts';
import { scannedForm } from '../../functions/formats/shared/plain-forms.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { codesOf, stageByHand, validate } from '../support/staged-slice.ts';

describe('A column with a zone of its own', () => {
  let database: TestDatabase;
  const inDatabase = <T>(use: (db: Db) => Promise<T>): Promise<T> =>
    withClient({ connectionString: database.url, applicationName: 'test' }, use);

  beforeAll(async () => {
    database = await testDatabase({ ledger: true });
    await inDatabase((db) =>
      execute(db, sql`create table public.t (id integer primary key, here timestamptz, there timestamptz)`),
    );
  });
  afterAll(() => database.drop());

  const dataset = (...steps: readonly string[]): DatasetInput => ({
    name: 't',
    prefix: 't/',
    table: 'public.t',
    key: ['id'],
    timeZone: 'Asia/Tokyo',
    columns: { clean: { there: [...steps] } },
  });
  const compiled = (...steps: readonly string[]): Promise<Contract> =>
    inDatabase((db) => transaction(db, {}, () => contractFor(db, defineDataset(dataset(...steps)))));

  it('has its moments without an offset read in it, and those of other columns in the zone of the load', async () => {
    await inDatabase(async (db) => {
      const moments = ['2024-01-31 12:00:00', '2024-07-01 12:00:00', '2024-07-01 12:00:00Z', '2024-03-31 02:30:00'];
      const records = moments.map((moment, id) => ({
        half: 'raw' as const,
        cells: [String(id), '2024-01-31 12:00:00', moment],
      }));
      const slice = await stageByHand(db, dataset('zone:europe/zurich'), records);
      await validate(db, slice);
      expect(await codesOf(db, slice)).toEqual([[], [], [], ['TIME_GAP']]);
      const utc = sql`set timezone = 'UTC'`;
      await execute(db, utc);
      expect(
        await many(
          db,
          sql`select here::text as here, there::text as there from ${typedTable(slice.loadId, 0)} order by id`,
        ),
      ).toEqual([
        { here: '2024-01-31 03:00:00+00', there: '2024-01-31 11:00:00+00' },
        { here: '2024-01-31 03:00:00+00', there: '2024-07-01 10:00:00+00' },
        { here: '2024-01-31 03:00:00+00', there: '2024-07-01 12:00:00+00' },
      ]);
    });
  });

  it('is in the contract under the name that the database has for it, and only where it is not that of the load', async () => {
    const ofThere = ({ columns }: Contract): string | undefined =>
      columns.find(({ name }) => name === 'there')?.timeZone;
    expect(ofThere(await compiled('zone:europe/zurich'))).toBe('Europe/Zurich');
    expect(ofThere(await compiled('zone:asia/tokyo'))).toBe(undefined);
    expect(ofThere(await compiled('trim'))).toBe(undefined);
  });

  it('has no cell without an offset that COPY may read, since COPY reads in the zone of the load', async () => {
    const forms = (await compiled('zone:Europe/Zurich')).columns.map(scannedForm);
    expect(forms).toEqual(['int4', 'timestamptz', 'offset moment']);
  });

  it.each([
    [
      'zone:Europe/Zurch',
      /columns\.clean of "there": zone is "Europe\/Zurch", but this database knows no such zone\. Did you mean "Europe\/Zurich"\?/,
    ],
    ['zone:+02', /For an offset name a zone of Etc/],
    ['zone:CET', /columns\.clean of "there": zone is CET, which PostgreSQL also knows as an abbreviation/],
  ])('is refused as %s', async (step, words) => {
    await expect(compiled(step)).rejects.toMatchObject({ code: 'TIME_ZONE', message: expect.stringMatching(words) });
  });

  it('has one, and is a column of moments', async () => {
    await expect(compiled('zone:Europe/Zurich', 'zone:UTC')).rejects.toThrow(
      'columns.clean of "there": zone is there for Europe/Zurich and for UTC; a column has one.',
    );
    const onText = { ...dataset(), columns: { clean: { id: ['zone:UTC'] } } };
    await expect(inDatabase((db) => transaction(db, {}, () => contractFor(db, defineDataset(onText))))).rejects.toThrow(
      `columns.clean of "id": zone is for columns of type timestamp with time zone, but the column's type is integer.`,
    );
  });
});
