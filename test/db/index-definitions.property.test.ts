import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ident, literal, sql, trustedSql } from '../../functions/core/sql.ts';
import { many, one, type Db, withClient } from '../../functions/db/client.ts';
import { bringBack } from '../../functions/indexes/bring-back.ts';
import { dropPlanned } from '../../functions/indexes/drop.ts';
import { type Missing, selectMissing } from '../../functions/indexes/missing-sql.ts';
import { outside } from '../support/outside.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

// Any index that may be dropped comes back as it was, to the letter.

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase({ ledger: true });
  await database.run(
    trustedSql(`create schema "Shop;"; create domain "Shop;".code as text; create type "Shop;".mood as enum ('ok', 'it''s');
    create function "Shop;".twice(numeric) returns numeric immutable strict language sql as 'select $1 * 2';
    create table "Shop;"."Orders--x" (a integer, b text, c numeric(12,2), d timestamptz, e jsonb, f integer[], g int4range,
      h "Shop;".code, i "Shop;".mood, "j""k" text collate "C")`),
  );
});
afterAll(() => database.drop());

const look = sql`
  select c.relname as name, pg_catalog.pg_get_indexdef(c.oid) as definition, pg_catalog.obj_description(c.oid, 'pg_class') as comment, c.reloptions,
    c.reltablespace, pg_catalog.pg_get_userbyid(c.relowner) as owner, i.indisvalid, i.indisclustered,
    (select json_agg(json_build_array(attname, attstattarget, attcollation) order by attnum) from pg_catalog.pg_attribute where (attrelid = c.oid)) as columns
  from pg_catalog.pg_index as i
  join pg_catalog.pg_class as c on (c.oid = i.indexrelid)
  where (i.indrelid = '"Shop;"."Orders--x"'::regclass)
  order by c.relname collate "C"`;

const word = fc.string({
  unit: fc.constantFrom('a', 'Z', "'", '"', '\\', ';', '-', '/', '*', '$', ' ', 'é', '\n'),
  maxLength: 6,
});
const value = word.map((text) => literal(text).text);

/** A key of a B-tree, and whether it is an expression, whose statistics may be set. */
const key = fc.oneof(
  fc.record({
    text: fc
      .tuple(
        fc.constantFrom('a', 'b', 'c', 'd', 'f', 'g', 'h', 'i', '"j""k"'),
        fc.constantFrom('', ' desc', ' nulls first', ' desc nulls last'),
      )
      .map(([column, order]) => `${column}${order}`),
    isExpression: fc.constant(false),
  }),
  fc.record({
    text: fc.oneof(
      fc.constantFrom(
        '(lower(b))',
        '((c * 2 - a))',
        '("Shop;".twice(c))',
        '((b || h)) text_pattern_ops',
        '(upper(b) collate "C")',

        "((e ->> 'k'))",
      ),
      value.map((text) => `((b || ${text}))`),
      fc.tuple(value, value).map(([one_, other]) => `((case when b = ${one_} then a else length(${other}) end))`),
    ),
    isExpression: fc.constant(true),
  }),
);

const index = fc.record({
  keys: fc.uniqueArray(key, { selector: ({ text }) => text, minLength: 1, maxLength: 3 }),
  include: fc.constantFrom('', ' include (a)', ' include (b, "j""k")'),
  options: fc.constantFrom('', ' with (fillfactor = 61)', ' with (deduplicate_items = off, fillfactor = 90)'),
  predicate: fc.oneof(
    fc.constant(''),
    fc.constant(" where a > 3 and b is not null and i <> 'it''s'"),
    value.map((text) => ` where (b <> ${text})`),
  ),
  other: fc.constantFrom(
    '',
    '',
    ' using gin (e jsonb_path_ops) with (fastupdate = off)',
    ' using gist (g)',
    ' using brin (d) with (pages_per_range = 7, autosummarize = on)',
    ' using hash (b)',
    ' using gin (f)',
  ),
  comment: fc.option(word),
  statistics: fc.option(fc.integer({ min: 0, max: 1_000 })),
});

test('any index is dropped and comes back as it was', { timeout: 120_000 }, async () => {
  const connectAs = <T>(applicationName: string, use: (db: Db) => Promise<T>): Promise<T> =>
    withClient({ connectionString: database.url, applicationName }, use);
  await connectAs('test', async (db) => {
    const { oid } = await one<{ oid: number }>(db, sql`select '"Shop;"."Orders--x"'::regclass::oid::integer as oid`);
    const run = (text: string): Promise<void> => outside(db, trustedSql(text));
    let round = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(word, index), { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        fc.boolean(),
        async (wanted, isClustered, isLive) => {
          round += 1;
          await run(`set search_path = pg_catalog; delete from landfall.indexes`);
          for (const { name } of await many<{ name: string }>(db, look))
            await run(`drop index "Shop;".${ident(name).text}`);
          const names: string[] = [];
          for (const [place, [text, each]] of wanted.entries()) {
            const name = ident(`${text}${round}_${place}`).text;
            const btree = ` (${each.keys.map(({ text: one_ }) => one_).join(', ')})${each.include}${each.options}${each.predicate}`;
            await run(`create index ${name} on "Shop;"."Orders--x"${each.other === '' ? btree : each.other}`);
            names.push(`${text}${round}_${place}`);
            if (each.comment !== null) await run(`comment on index "Shop;".${name} is ${literal(each.comment).text}`);
            const expression = each.keys.findIndex(({ isExpression }) => isExpression);
            if (each.other === '' && each.statistics !== null && expression >= 0)
              await run(`alter index "Shop;".${name} alter column ${expression + 1} set statistics ${each.statistics}`);
            if (isClustered && place === 0 && each.other === '' && each.predicate === '')
              await run(`alter table "Shop;"."Orders--x" cluster on ${name}`);
          }
          const before = await many(db, look);
          const dropped = await dropPlanned(db, {
            ...{ loadId: round, targetName: 'it', target: { schema: 'Shop;', table: 'Orders--x', oid }, names },
            ...{ lockTimeoutMs: 1_000, beside: isLive ? connectAs : null, guard: () => Promise.resolve() },
          });
          expect(dropped?.length).toBe(names.length);
          expect(await many(db, look)).toEqual([]);
          const deps = { db, connectAs, lockTimeoutMs: 1_000, millisecondsLeft: () => 60_000, isLive, memory: null };
          expect(await bringBack('it', deps)).toEqual({ kind: 'done' });
          expect((await many<Missing>(db, selectMissing())).map(({ trouble }) => trouble)).toEqual([]);
          expect(await many(db, look)).toEqual(before);
        },
      ),
      { numRuns: 25, endOnFailure: true },
    );
  });
});
