import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PlainForm } from '../../functions/core/contract.ts';
import { sql, trustedSql } from '../../functions/core/sql.ts';
import { type Db, execute, many, transaction, withClient } from '../../functions/db/client.ts';
import { openCopy } from '../../functions/db/copy.ts';
import { formCodes, isPlain } from '../../functions/formats/shared/plain-forms.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { anyObject, tidyObject } from '../unit/formats/delimited/arbitraries.ts';
import { cellsNear, typedForms } from '../unit/formats/plain-cells.ts';
import { readAll } from '../unit/formats/delimited/reference.ts';
import { scanSlice, wholeObject } from '../unit/formats/delimited/scan-all.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(async () => {
  await database.drop();
});

const inTransaction = <T>(run: (db: Db) => Promise<T>): Promise<T> =>
  withClient({ connectionString: database.url, applicationName: 'test' }, (db) => transaction(db, {}, () => run(db)));

describe('a cell that a plain form takes', () => {
  test.each(typedForms)('converts to %s and comes back as the value it spells', async (form) => {
    const code = formCodes([form])[0] as number;
    const isTaken = (cell: string): boolean => isPlain(code, Buffer.from(cell), 0, Buffer.byteLength(cell));
    const cells = [...new Set(fc.sample(cellsNear(form), 4000))].filter(isTaken);
    expect(cells.length).toBeGreaterThan(form === 'boolean' ? 30 : 500);

    const refused = await inTransaction((db) =>
      many<{ cell: string }>(
        db,
        sql`select cell from unnest(${cells}::text[]) cell where not pg_input_is_valid(cell, ${form})`,
      ),
    );
    expect(refused).toEqual([]);

    const type = trustedSql(form);
    // a timestamp's offset is left out by PostgreSQL, so its value is compared in microseconds, as timestamptz's
    const isMoment = form.startsWith('timestamp');
    const shown = isMoment
      ? sql`(extract(epoch from cell::${type}) * 1000000)::bigint::text`
      : sql`cell::${type}::text`;
    const values = await inTransaction((db) =>
      many<{ cell: string; value: string }>(db, sql`select cell, ${shown} as value from unnest(${cells}::text[]) cell`),
    );
    expect(values).toEqual(cells.map((cell) => ({ cell, value: meaning(form, cell, values) })));
  });
});

/** What the cell spells, as PostgreSQL prints it. */
function meaning(form: PlainForm, cell: string, values: readonly { cell: string; value: string }[]): string {
  if (form.startsWith('int')) return BigInt(cell).toString();
  if (form === 'numeric') return decimal(cell);
  if (form === 'time') return withoutZeros(cell);
  if (form === 'boolean') return /^t/i.test(cell) ? 'true' : 'false';
  if (form.startsWith('timestamp')) return microseconds(cell).toString();
  if (form === 'float8') {
    // printed shortest by both, in another notation: equal if they read back as the same number
    const value = values.find((row) => row.cell === cell)?.value ?? '';
    return Number(value) === Number(cell) ? value : `${Number(cell)}`;
  }
  return cell.toLowerCase();
}

function decimal(cell: string): string {
  const [, sign, digits, fraction = ''] = /^(-?)0*(\d+?)(\.\d+)?$/.exec(cell) ?? [];
  return /[1-9]/.test(cell) ? `${sign}${digits}${fraction}` : `${digits}${fraction}`;
}

function withoutZeros(time: string): string {
  return time.replace(/\.?0*$/, (zeros) => (time.includes('.') ? '' : zeros));
}

function microseconds(cell: string): bigint {
  const [, day, clock, fraction = '', sign, hours = '0', minutes = '0'] =
    /^(.{10})[T ](.{8})(?:\.(\d+))?(?:Z|([+-])(\d\d)(?::(\d\d))?)?$/.exec(cell) ?? [];
  const utc = BigInt(Date.parse(`${day}T${clock}Z`)) * 1000n + BigInt(fraction.padEnd(6, '0'));
  const offset = BigInt(Number(hours) * 60 + Number(minutes)) * 60_000_000n;
  return sign === '-' ? utc + offset : utc - offset;
}

describe('COPY', () => {
  test('reads each typed record as the grammar does, whatever stands between its quotes', async () => {
    const forms = ['text', 'text'] as const;
    const objects = fc.sample(fc.oneof(anyObject, tidyObject(2)), 2000);
    const scans = objects.map((object) => scanSlice(object, wholeObject(object, { forms })));
    const expected = scans.flatMap(({ raw }, i) => {
      const rawOffsets = new Set(raw.map(({ byteOffset }) => byteOffset));
      return readAll(objects[i] as Buffer, { delimiter: ',', lineEnd: 'lf', quoting: 'declared' })
        .filter(({ cells, openQuote }) => cells !== null && openQuote === null)
        .map(({ start, cells }, index) => ({ record_no: index + 1, byte_offset: start, cells: utf8Cells(cells ?? []) }))
        .filter(({ byte_offset }) => !rawOffsets.has(byte_offset));
    });
    expect(expected.length).toBeGreaterThan(2000);
    expect(expected.some(({ cells }) => cells.some((cell) => cell?.includes('\r\n')))).toBe(true);

    const rows = await inTransaction(async (db) => {
      await execute(
        db,
        sql`create temp table typed (record_no integer, byte_offset bigint, a text, b text) on commit drop`,
      );
      const copy = openCopy(db, sql`copy pg_temp.typed from stdin (format csv, delimiter ',')`);
      for (const { typed } of scans) await copy.write(Buffer.from(typed, 'latin1'));
      expect(await copy.end()).toBe(expected.length);
      return many(db, sql`select record_no, byte_offset, array[a, b] as cells from pg_temp.typed order by ctid`);
    });
    expect(rows).toEqual(expected);
  });

  test('reads a whole object as the scanner does, where it takes it', async () => {
    const objects = fc
      .sample(fc.oneof(anyObject, tidyObject(2), tidyObject(2), tidyObject(2)), 1200)
      .filter((object) => isFitForCopy(object));
    let taken = 0;
    await inTransaction(async (db) => {
      await execute(db, sql`create temp table whole (a text, b text) on commit drop`);
      for (const object of objects) {
        const rows = await copied(db, object);
        if (rows === null) continue;
        taken += 1;
        const { raw, counts } = scanSlice(object, wholeObject(object, { forms: ['text', 'text'], allRaw: true }));
        expect(counts.openQuote).toBeNull();
        expect(rows).toEqual(raw.map(({ cells }) => cells?.map((cell) => cell?.toString() ?? null)));
      }
    });
    expect(taken).toBeGreaterThan(100);
  });
});

/** No stray quote, BOM, `\.` line or blank line, which COPY reads differently or not at all. */
function isFitForCopy(object: Buffer): boolean {
  const items = readAll(object, { delimiter: ',', lineEnd: 'lf', quoting: 'declared' });
  const isStray = items.some(({ cells }) => cells === null || cells.some((cell) => cell.isStray || cell.isBare));
  return !isStray && !/(^|[\r\n])\\\.($|[\r\n])/.test(object.toString('latin1')) && !object.includes('\ufeff');
}

/** The rows that COPY makes of the object, null where it refuses it. */
async function copied(db: Db, object: Buffer): Promise<(string | null)[][] | null> {
  await db.query('savepoint before_copy');
  const copy = openCopy(db, sql`copy pg_temp.whole from stdin (format csv)`);
  try {
    await copy.write(object);
    await copy.end();
    const { rows } = await db.query<[string | null, string | null]>({
      text: 'select a, b from pg_temp.whole order by ctid',
      rowMode: 'array',
    } as pg.QueryArrayConfig);
    return rows;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return null;
  } finally {
    await db.query('rollback to savepoint before_copy');
  }
}

/** 22P04: bad COPY input (cells, line ends, an open quote); 22021: not UTF-8. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === '22P04' || error.code === '22021');
}

function utf8Cells(cells: readonly { text: string; isQuoted: boolean }[]): (string | null)[] {
  return cells.map(({ text, isQuoted }) =>
    text === '' && !isQuoted ? null : Buffer.from(text, 'latin1').toString('utf8'),
  );
}
