import { afterAll, beforeAll, expect, test } from 'vitest';
import { trustedSql } from '../../functions/core/sql.ts';
import { execute, one, transaction, withClient } from '../../functions/db/client.ts';
import { selectWhetherPlain } from '../../functions/validate/supplies/plain-derive-sql.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

// Which expressions of a dataset are written straight into staging: only what calls no code but PostgreSQL's, by no name either.

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const made = `
  create schema landfall_staging;
  create domain public.short as text check (length(value) < 9);
  create type public.mood as enum ('sad', 'glad');
  create function public.twice(integer) returns integer language sql immutable return $1 * 2;
  create function public.sum_of(integer, integer) returns integer language plpgsql immutable as 'begin return $1 + $2; end';
  create operator public.|+| (leftarg = integer, rightarg = integer, function = public.sum_of);
  create table public.rates (rate numeric);`;

const expressions: readonly (readonly [plain: boolean, expression: string])[] = [
  [true, 'price * pieces'],
  [true, 'case when pieces > 3 then coalesce(price, 0) else round(price / 3, 2) end'],
  [true, "upper(name) || '-' || substr(name, 2)"],
  [true, "date_trunc('month', at) + interval '1 day'"],
  [true, '(select sum(each) from unnest(array[pieces, 1]) as each)'],
  // what it answers may follow from settings, and some of these run what they are told by name
  [false, 'pieces || name'],
  [false, 'now()'],
  [false, "pg_catalog.table_to_xml('public.rates', true, true, '')"],
  [false, "pg_catalog.pg_input_is_valid(name, 'public.short')"],
  [false, 'public.twice(pieces)'],
  [false, 'pieces operator(public.|+|) 1'],
  [false, 'name::public.short'],
  [false, "'glad'::public.mood"],
  [false, '(select max(rate) from public.rates) * price'],
  [false, "pg_catalog.jsonb_populate_record(null::public.rates, '{}')"],
];

test('an expression is plain where it calls nothing but immutable code of PostgreSQL', async () => {
  const found = await withClient({ connectionString: database.url, applicationName: 'test' }, async (db) => {
    await execute(db, trustedSql(made));
    const answers: (readonly [boolean, string])[] = [];
    for (const [, expression] of expressions) {
      const { plain } = await transaction(db, {}, async () => {
        await execute(db, trustedSql('drop function if exists landfall_staging.l7_s3_derive0'));
        await execute(
          db,
          trustedSql(
            `create function landfall_staging.l7_s3_derive0 (price numeric, pieces integer, name text, at timestamp)
              returns boolean language sql volatile return ((${expression}) is null)`,
          ),
        );
        return await one<{ plain: boolean }>(db, selectWhetherPlain(7, 3, 1));
      });
      answers.push([plain, expression]);
    }
    return answers;
  });
  expect(found).toEqual(expressions);
});
