import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LeaseLost, StagingLost } from '../../functions/protocol/errors.ts';
import { sql, type Sql } from '../../functions/core/sql.ts';
import { rawTable, typedTable } from '../../functions/core/staging.ts';
import type { DatasetInput } from '../../functions/compile/declaration/schema.ts';
import { type Db, execute, many, one, withClient } from '../../functions/db/client.ts';
import { readLoad } from '../../functions/ledger/loads/load.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import {
  BASE_LINE,
  BASE_RECORD,
  codesOf,
  quarantineOf,
  type StagedRecord,
  type StagedSlice,
  stageByHand,
  validate,
} from '../support/staged-slice.ts';

const typed = (...cells: (string | null)[]): StagedRecord => ({ half: 'typed', cells });
const raw = (...cells: (string | null)[]): StagedRecord => ({ half: 'raw', cells });
const dataset = (more: Partial<DatasetInput> = {}): DatasetInput => ({
  name: 't',
  prefix: 't/',
  table: 'public.t',
  key: ['id'],
  ...more,
});

describe('validating a slice', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await testDatabase({ ledger: true });
  });
  afterEach(() => database.drop());

  /** Makes the target, stages the records, validates them, and looks. */
  async function judged<T>(
    target: readonly Sql[],
    records: readonly StagedRecord[],
    look: (db: Db, slice: StagedSlice) => Promise<T>,
    more: Partial<DatasetInput> = {},
  ): Promise<T> {
    return await withClient({ connectionString: database.url, applicationName: 'test' }, async (db) => {
      for (const statement of target) await execute(db, statement);
      const slice = await stageByHand(db, dataset(more), records);
      await validate(db, slice);
      return await look(db, slice);
    });
  }

  test('a record is rejected with all its reasons, in both halves alike', async () => {
    const target = [
      sql`create table public.t (id integer primary key, name varchar(3) not null, amount numeric(5,2), at date not null check (at > '2000-01-01'))`,
    ];
    const records = [
      typed('1', 'abcd', '1.999', null),
      raw('x', 'abcd', '1.999', null),
      raw('3', null, '12,5', '1999-12-31'),
    ];
    const [codes, quarantined] = await judged(target, records, async (db, slice) => [
      await codesOf(db, slice),
      await quarantineOf(db, slice),
    ]);
    expect(codes).toEqual([
      ['NOT_NULL', 'TOO_LONG', 'NUMERIC_SCALE'],
      ['NOT_NULL', 'INVALID_INTEGER', 'TOO_LONG', 'NUMERIC_SCALE'],
      ['NOT_NULL', 'INVALID_NUMBER', 'CHECK'],
    ]);
    expect(quarantined[2]?.reasons).toEqual([
      { code: 'NOT_NULL', column: 'name', value: null, message: 'name: is empty, but the column is NOT NULL' },
      {
        code: 'INVALID_NUMBER',
        column: 'amount',
        value: '12,5',
        message: "amount: '12,5' is not a number; decimals are written with a point",
      },
      {
        code: 'CHECK',
        column: 'at',
        value: '1999-12-31',
        message: "at: '1999-12-31' breaks the check t_at_check: (at > '2000-01-01'::date)",
      },
    ]);
  });

  test('a reject keeps its own bytes, its line and its place in the object, from either half', async () => {
    const target = [sql`create table public.t (id integer primary key, note text check (note not like '%bad%'))`];
    const records = [
      typed('1', 'two\nlines, quoted'),
      typed('2', 'bad "quoted"\nnote'),
      raw('3', 'bad ünicode'),
      typed('4', 'fine'),
      { ...raw('5', 'x', 'y'), fault: 'STRAY_QUOTE' },
      typed('6', 'bad at the end'),
    ];
    await judged(target, records, async (db, slice) => {
      const quarantined = await quarantineOf(db, slice);
      expect(quarantined.map(({ raw: bytes }) => bytes)).toEqual([1, 2, 4, 5].map((i) => slice.lines[i]));
      expect(quarantined.map((reject) => reject.record_no - BASE_RECORD)).toEqual([2, 3, 5, 6]);
      expect(quarantined.map((reject) => reject.line - BASE_LINE)).toEqual([3, 5, 7, 8]);
      expect(quarantined.map((reject) => reject.byte_offset)).toEqual([1, 2, 4, 5].map((i) => slice.offsets[i]));
      expect(quarantined.map((reject) => reject.byte_length)).toEqual([1, 2, 4, 5].map((i) => slice.lines[i]?.length));
      expect(quarantined[2]?.reasons).toEqual([
        {
          code: 'STRAY_QUOTE',
          column: null,
          value: null,
          message: 'as it is; a cell that holds a quote must be quoted, and the quote doubled',
        },
      ]);
    });
  });

  test('rejects keep at most maxRawBytes, and reasons a short value with its control characters visible', async () => {
    const target = [sql`create table public.t (id integer primary key, note varchar(5))`];
    const note = `a\tb${'x'.repeat(100)}`;
    const limits = {
      maxRecordBytes: 1000,
      maxRawBytes: 10,
      maxRejects: null,
      maxRejectShare: null,
      allowAllRejected: false,
      sliceBytes: 1000,
      batchRows: 10,
    };
    await judged(
      target,
      [typed('1', note)],
      async (db, slice) => {
        const [reject] = await quarantineOf(db, slice);
        expect(reject?.raw).toEqual(slice.lines[0]?.subarray(0, 10));
        expect(reject?.byte_length).toBe(slice.lines[0]?.length);
        expect(reject?.reasons[0]?.value).toBe(`a␉b${'x'.repeat(77)}…`);
      },
      { limits },
    );
  });

  test('a reason shows what cannot be seen, in the value and in the words of PostgreSQL, and all else as it is', async () => {
    const target = [sql`create table public.t (id integer primary key, n integer, host inet)`];
    const cells = ['7\u00a0', '\ufeff7', '\u200b\u202e\u3000', 'ä 漢\u0301😀\u{e0041}', '\u001b[2J'];
    await judged(
      target,
      cells.map((cell, i) => raw(String(i), cell, cell)),
      async (db, slice) => {
        const reasons = (await quarantineOf(db, slice)).map((reject) => reject.reasons);
        const shown = ['7<U+00A0>', '<U+FEFF>7', '<U+200B><U+202E><U+3000>', 'ä 漢\u0301😀<U+E0041>', '␛[2J'];
        expect(reasons.map(([reason]) => reason?.value)).toEqual(shown);
        expect(reasons.map(([, reason]) => reason?.message)).toEqual(
          shown.map(
            (cell) => `host: '${cell}' is not of type inet: invalid input syntax for type inet: "${cell}" (22P02)`,
          ),
        );
      },
    );
  });

  test('sound raw records move to the typed half, exactly as they are, and typed plus raw stays the same', async () => {
    const target = [sql`create table public.t (id integer primary key, amount numeric, note text)`];
    const digits = '123456789012345678901234567890.123456789012345678901234567890';
    const records = [typed('1', '1', 'a'), raw('+2', digits, ''), raw('3', 'x', 'c'), raw('4', null, null)];
    await judged(target, records, async (db, slice) => {
      const rows = await many(
        db,
        sql`select "landfall record_no" as record_no, "landfall byte_offset" as byte_offset, id, amount::text, note from ${typedTable(slice.loadId, 0)} order by "landfall record_no"`,
      );
      expect(rows).toEqual([
        { record_no: 1, byte_offset: slice.offsets[0], id: 1, amount: '1', note: 'a' },
        { record_no: 2, byte_offset: slice.offsets[1], id: 2, amount: digits, note: '' },
        { record_no: 4, byte_offset: slice.offsets[3], id: 4, amount: null, note: null },
      ]);
      expect(await many(db, sql`select record_no from ${rawTable(slice.loadId, 0)}`)).toEqual([{ record_no: 3 }]);
    });
  });

  test('the receipt counts rejects, and each rule once a record', async () => {
    const target = [sql`create table public.t (id integer primary key, a integer not null, b integer not null)`];
    const records = [typed('1', null, null), typed('2', null, '1'), raw('x', '1', '1'), typed('3', '1', '1')];
    await judged(target, records, async (db, slice) => {
      const receipt = await one(
        db,
        sql`select rejected, rule_counts, validated_epoch = epoch as current from landfall.slices where (load_id = ${slice.loadId})`,
      );
      expect(receipt).toEqual({
        rejected: 3,
        current: true,
        rule_counts: [
          { code: 'NOT_NULL', column: 'a', rejects: 2 },
          { code: 'INVALID_INTEGER', column: 'id', rejects: 1 },
          { code: 'NOT_NULL', column: 'b', rejects: 1 },
        ],
      });
    });
  });

  test('doing it twice changes nothing', async () => {
    const target = [sql`create table public.t (id integer primary key, a integer not null)`];
    const records = [
      typed('1', null),
      raw('2', 'x'),
      raw('3', '3'),
      { ...raw('4'), fault: 'FIELD_COUNT' },
      typed('5', '5'),
    ];
    await judged(target, records, async (db, slice) => {
      const state = async (): Promise<unknown[]> => [
        await quarantineOf(db, slice),
        await many(db, sql`select * from ${typedTable(slice.loadId, 0)} order by "landfall record_no"`),
        await many(db, sql`select record_no from ${rawTable(slice.loadId, 0)} order by record_no`),
        await many(db, sql`select rejected, rule_counts from landfall.slices where (load_id = ${slice.loadId})`),
      ];
      const first = await state();
      expect(await validate(db, slice)).toEqual({ rejected: 3 });
      expect(await state()).toEqual(first);
    });
  });

  test('an empty cell is no default, and a key has to have a value', async () => {
    const target = [
      sql`create table public.t (id integer, part text, a integer not null default 7, unique nulls not distinct (id, part))`,
    ];
    const records = [typed(null, 'x', '1'), raw('1', null, null)];
    await judged(
      target,
      records,
      async (db, slice) => {
        expect(await codesOf(db, slice)).toEqual([['KEY_NULL'], ['KEY_NULL', 'NOT_NULL']]);
        expect((await quarantineOf(db, slice))[1]?.reasons[1]?.message).toMatch(
          'its default applies only where the file does not have the column',
        );
      },
      { key: ['id', 'part'] },
    );
  });

  test('the rules of the dataset hold beside those of the table', async () => {
    const target = [sql`create table public.t (id integer primary key, n numeric, f double precision, s text, c text)`];
    const rules = {
      n: { required: true, min: '0.5', max: '10', oneOf: ['1', '2.5', '11'] },
      f: { max: '0.3' },
      s: { minLength: 2, maxLength: 3, pattern: '^[a-z]+$' },
      c: { oneOf: ["o'ne", 'two\\'] },
    };
    const records = [
      typed('1', '2.50', '0.3', 'abc', "o'ne"),
      typed('2', null, '0.30000000000000004', 'a', 'two\\'),
      typed('3', '11', null, 'ABCD', 'three'),
      raw('4', '0.4', '1', null, null),
    ];
    await judged(
      target,
      records,
      async (db, slice) => {
        expect(await codesOf(db, slice)).toEqual([
          [],
          ['REQUIRED', 'ABOVE_MAXIMUM', 'TOO_SHORT'],
          ['ABOVE_MAXIMUM', 'TOO_LONG', 'PATTERN', 'NOT_ALLOWED'],
          ['BELOW_MINIMUM', 'NOT_ALLOWED', 'ABOVE_MAXIMUM'],
        ]);
      },
      { columns: { rules } },
    );
  });

  test('a check sees the values as the target would hold them, and NULL passes', async () => {
    const target = [
      sql`create extension citext schema public`,
      sql`create table public.t (
        id integer primary key,
        name char(5) collate "C" check (name < 'a'),
        email public.citext check (email operator(public.<>) 'ROOT@x'::public.citext),
        low numeric(4,1), high numeric(4,1), check (low < high)
      )`,
    ];
    const records = [
      typed('1', 'Z', 'me@x', '1', '2'),
      typed('2', 'z', 'Root@X', '2', '1'),
      typed('3', null, null, null, '1'),
      // a bad value of one column leaves the checks of the others standing
      typed('4', 'Zzzzzz', 'root@x', '1.23', '1'),
    ];
    await judged(target, records, async (db, slice) => {
      expect((await codesOf(db, slice)).map((codes) => codes.toSorted())).toEqual([
        [],
        ['CHECK', 'CHECK', 'CHECK'],
        [],
        ['CHECK', 'NUMERIC_SCALE', 'TOO_LONG'],
      ]);
      const messages = (await quarantineOf(db, slice))[0]?.reasons.map(({ message }) => message);
      expect(messages).toContainEqual(expect.stringMatching(/^low, high: '2, 1' breaks the check t_check: /u));
    });
  });

  test('a check that PostgreSQL prints on several lines is told on one', async () => {
    const target = [
      sql`create table public.t (id integer primary key, a integer, constraint size check (case when id = 1 then a = 1 else true end))`,
    ];
    const [reject] = await judged(target, [typed('1', '2')], quarantineOf);
    expect(reject?.reasons[0]?.message).toMatch(/^id, a: '1, 2' breaks the check size: CASE WHEN [^\n]+ END$/u);
  });

  test('a check that raises is told of whatever its columns are called', async () => {
    const target = [
      sql`create table public.t (id integer primary key, landfall_at integer, landfall_record integer, record_no integer, check (landfall_record / landfall_at > record_no))`,
    ];
    const records = [typed('1', '0', '1', '1'), raw('+2', '0', '1', '1'), typed('3', '1', '2', '1')];
    expect(await judged(target, records, codesOf)).toEqual([['CHECK_ERROR'], ['CHECK_ERROR'], []]);
  });

  test('a check is judged whatever its columns are called', async () => {
    const target = [
      sql`create table public.t (
        id integer primary key, "unit price" numeric(8,2), "größe (m²)" integer, "a$b.*" integer,
        check ("unit price" >= 0 and "größe (m²)" + "a$b.*" < 10)
      )`,
    ];
    const records = [
      typed('1', '-0.50', '1', '1'),
      typed('2', '1', '5', '5'),
      typed('3', '1', '5', '4'),
      raw('4', '1', '9', '9'),
    ];
    expect(await judged(target, records, codesOf)).toEqual([['CHECK'], ['CHECK'], [], ['CHECK']]);
  });

  test('a foreign key has to point somewhere; one with a NULL in it points nowhere and passes', async () => {
    const target = [
      sql`create extension citext schema public`,
      sql`create table public.country (code public.citext primary key)`,
      sql`create table public.city (country varchar(2), no bigint, primary key (country, no))`,
      sql`insert into public.country values ('DE')`,
      sql`insert into public.city values ('DE', 1)`,
      sql`create table public.t (
        id integer primary key,
        code public.citext references public.country,
        country varchar(2), no integer, foreign key (country, no) references public.city
      )`,
    ];
    const records = [
      typed('1', 'de', 'DE', '1'),
      typed('2', 'fr', 'DE', '2'),
      typed('3', null, 'XX', null),
      raw('4', 'de', 'DE', 'x'),
      raw('5', 'xx', 'TOOLONG', '1'),
      raw('6', 'DE', 'DE', '+1'),
    ];
    await judged(target, records, async (db, slice) => {
      expect(await codesOf(db, slice)).toEqual([
        [],
        ['FOREIGN_KEY', 'FOREIGN_KEY'],
        [],
        ['INVALID_INTEGER'],
        ['TOO_LONG', 'FOREIGN_KEY'],
        [],
      ]);
      const [first] = await quarantineOf(db, slice);
      expect(first?.reasons.map(({ message }) => message)).toEqual([
        "code: 'fr' is not in public.country (code)",
        "country, no: 'DE, 2' is not in public.city (country, no)",
      ]);
    });
  });

  test('what raises instead of judging costs only the records that raise, each with its SQLSTATE', async () => {
    const target = [
      sql`create domain public.shares as integer check (100 / value > 1)`,
      sql`create table public.t (
        id integer primary key, part public.shares, total integer check (10 / total > 0), place integer check (place > 0)
      )`,
    ];
    const good = Array.from({ length: 40 }, (_, i) => typed(String(i), '7', '3', '1'));
    const records = [
      ...good,
      typed('90', '0', '1', '1'),
      typed('91', '7', '0', '-1'),
      raw('92', '0', 'x', '-1'),
      typed('93', '77', '1', '-1'),
      raw('94', '7', '1', '1'),
    ];
    await judged(target, records, async (db, slice) => {
      expect((await codesOf(db, slice)).slice(39)).toEqual([
        [],
        ['CHECK_ERROR'],
        ['CHECK_ERROR'],
        ['INVALID_INTEGER', 'CHECK_ERROR'],
        ['DOMAIN', 'CHECK'],
        [],
      ]);
      const [first] = await quarantineOf(db, slice);
      expect(first?.reasons[0]?.message).toMatch(/raised an error on it: division by zero \(22012\)$/u);
      const left = await many(
        db,
        sql`select relname from pg_class where (relname like '%breaches' or relname like '%raising')`,
      );
      expect(left).toEqual([]);
    });
  });

  test('a broken function in a check is no statement about the data: the step fails', async () => {
    const target = [
      sql`create function public.broken(integer) returns boolean language plpgsql as 'begin return (select true from public.missing); end'`,
      sql`create table public.t (id integer primary key, a integer check (public.broken(a)))`,
    ];
    await expect(judged(target, [typed('1', '1')], () => Promise.resolve())).rejects.toMatchObject({ code: '42P01' });
  });

  test('columns that the file has not, or that the dataset ignores, are not judged', async () => {
    const target = [
      sql`create table public.t (id integer primary key, a integer not null default 1 check (a > 0), b integer)`,
    ];
    await withClient({ connectionString: database.url, applicationName: 'test' }, async (db) => {
      for (const statement of target) await execute(db, statement);
      const records = [typed('junk', '1', '2'), raw(null, 'x', '2'), raw('junk', '3', '4')];
      const slice = await stageByHand(db, dataset(), records, [null, 'b', 'id']);
      await validate(db, slice);
      expect(await codesOf(db, slice)).toEqual([[], ['INVALID_INTEGER'], []]);
      const rows = await many(
        db,
        sql`select "landfall ignored 0" as "ignored 0", b, id from ${typedTable(slice.loadId, 0)} order by "landfall record_no"`,
      );
      expect(rows).toEqual([
        { 'ignored 0': 'junk', b: 1, id: 2 },
        { 'ignored 0': 'junk', b: 3, id: 4 },
      ]);
    });
  });

  test('leniencies also hold in the typed half, where a type is staged as text', async () => {
    const target = [
      sql`create type public.mood as enum ('glad')`,
      sql`create table public.t (id integer primary key, mood public.mood, doc jsonb, note text)`,
    ];
    await judged(
      target,
      [typed('1', ' glad ', '', ' x '), typed('2', 'glad', '{}', '')],
      async (db, slice) => {
        expect(await codesOf(db, slice)).toEqual([[], []]);
        const rows = await many(
          db,
          sql`select mood, doc, note from ${typedTable(slice.loadId, 0)} order by "landfall record_no"`,
        );
        expect(rows).toEqual([
          { mood: 'glad', doc: null, note: 'x' },
          { mood: 'glad', doc: '{}', note: '' },
        ]);
      },
      { leniencies: ['trimBlanks', 'quotedEmptyIsNull'] },
    );
  });

  test('past the gate nothing is judged again: staging that was filled again is only made complete', async () => {
    const target = [sql`create table public.t (id integer primary key, a integer not null check (a < 100))`];
    const records = [typed('1', null), raw('2', 'x'), raw('3', '3'), raw('4', '999')];
    await judged(target, records, async (db, slice) => {
      const before = await quarantineOf(db, slice);
      await execute(db, sql`update landfall.loads set gated_at = now() where (load_id = ${slice.loadId})`);
      // the staging is refilled: record 3 lies in the raw half again; meanwhile the table has a rule that it breaks
      await execute(
        db,
        sql`
        with back as (delete from ${typedTable(slice.loadId, 0)} where ("landfall record_no" = 3) returning "landfall record_no" as record_no, "landfall byte_offset" as byte_offset)
        insert into ${rawTable(slice.loadId, 0)} (record_no, byte_offset, cells) select record_no, byte_offset, '{3,3}' from back`,
      );
      await execute(
        db,
        sql`update landfall.loads set contract = jsonb_set(contract, '{checks,0,expression}', '"(a > 100)"') where (load_id = ${slice.loadId})`,
      );
      const { contract } = await readLoad(db, slice.loadId);
      expect(await validate(db, { ...slice, contract: contract ?? slice.contract })).toEqual({ rejected: 3 });
      expect(await quarantineOf(db, slice)).toEqual(before);
      const rows = await many(
        db,
        sql`select "landfall record_no" as record_no, id, a from ${typedTable(slice.loadId, 0)} order by "landfall record_no"`,
      );
      expect(rows).toEqual([
        { record_no: 1, id: 1, a: null },
        { record_no: 3, id: 3, a: 3 },
      ]);
    });
  });

  test('lost staging and a lost lease are noticed, and nothing is written', async () => {
    const target = [sql`create table public.t (id integer primary key, a integer not null)`];
    await judged(target, [typed('1', null)], async (db, slice) => {
      await execute(db, sql`delete from landfall.rejects`);
      await expect(validate(db, slice, 2)).rejects.toBeInstanceOf(LeaseLost);
      await execute(db, sql`delete from landfall_staging.epochs`);
      await expect(validate(db, slice)).rejects.toBeInstanceOf(StagingLost);
      expect(await quarantineOf(db, slice)).toEqual([]);
    });
  });
});
