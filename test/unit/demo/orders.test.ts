import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ordersHeader, type OrdersWanted, type OrdersWritten, writeOrders } from '../../../localstack/demo/orders.ts';

const folder = mkdtempSync(join(tmpdir(), 'landfall-orders-'));
afterAll(() => rmSync(folder, { recursive: true }));

const faulty: OrdersWanted = {
  rows: 20_000,
  seed: 7,
  badTypes: 0.01,
  badStructure: 0.01,
  duplicateKeys: 0.05,
  multiline: 0.05,
};

test('the same seed writes the same bytes, another seed others', async () => {
  const [first, again, other] = await Promise.all([written(faulty), written(faulty), written({ ...faulty, seed: 8 })]);
  expect(again.bytes.equals(first.bytes)).toBe(true);
  expect(again.expected).toEqual(first.expected);
  expect(other.bytes.equals(first.bytes)).toBe(false);
});

test('a clean file holds every id once, rising, and nothing is expected to be rejected', async () => {
  const { bytes, expected } = await written({ rows: 1_000, seed: 1 });
  const records = sequentialRecords(bytes);
  expect(records[0]?.join(',')).toBe(ordersHeader);
  expect(records.slice(1).map((record) => Number(record?.[0]))).toEqual(Array.from({ length: 1_000 }, (_, n) => n + 1));
  expect(expected).toEqual({ rejected: 0, duplicate: 0, accepted: 1_000 });
});

test.each([false, true])('a sequential reader finds just the expected counts (shuffle: %s)', async (shuffle) => {
  const { bytes, expected } = await written({ ...faulty, shuffle });
  const [, ...records] = sequentialRecords(bytes);
  const good = records.filter((record): record is string[] => record !== null && isGoodOrder(record));
  const ids = new Set(good.map(([id]) => id));
  expect(expected).toEqual({
    rejected: records.length - good.length,
    duplicate: good.length - ids.size,
    accepted: ids.size,
  });
  expect(records).toHaveLength(faulty.rows);
  expect(expected.rejected).toBeGreaterThan(300);
  expect(expected.duplicate).toBeGreaterThan(800);
  expect(bytes.toString('latin1').match(/"[^",\n]*\n/g)?.length).toBeGreaterThan(300);
});

test('shuffled ids are the same ids in another order', async () => {
  const ids = async (shuffle: boolean): Promise<string[]> =>
    sequentialRecords((await written({ rows: 3_000, seed: 3, shuffle })).bytes)
      .slice(1)
      .map((record) => record?.[0] ?? '');
  const [rising, shuffled] = await Promise.all([ids(false), ids(true)]);
  expect(shuffled).not.toEqual(rising);
  expect(shuffled.toSorted((a, b) => Number(a) - Number(b))).toEqual(rising);
});

async function written(wanted: OrdersWanted): Promise<{ bytes: Buffer; expected: OrdersWritten['expected'] }> {
  const path = join(folder, `${Math.random()}.csv`);
  const { expected } = await writeOrders(path, wanted);
  return { bytes: readFileSync(path), expected };
}

/** Character by character, on purpose unlike the product's scanner: null stands for a record with stray quotes. */
function sequentialRecords(bytes: Buffer): (string[] | null)[] {
  const text = bytes.toString('utf8');
  const records: (string[] | null)[] = [];
  let at = 0;
  while (at < text.length) {
    let record: string[] | null = [];
    for (;;) {
      const quoted = /"((?:[^"]|"")*)"([^,\n]*)/y;
      const plain = /[^,\n]*/y;
      quoted.lastIndex = at;
      plain.lastIndex = at;
      const match = text[at] === '"' ? quoted.exec(text) : plain.exec(text);
      if (match === null) throw new Error(`no cell at ${at}`);
      const stray = text[at] === '"' ? match[2] !== '' : match[0].includes('"');
      record = stray ? null : (record?.concat(match[0]) ?? null);
      at += match[0].length + 1;
      if (text[at - 1] !== ',') break;
    }
    records.push(record);
  }
  return records;
}

function isGoodOrder([id = '', , , amount = '', , createdAt = '', , note = '', ...more]: string[]): boolean {
  const date = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d:\d\dZ$/.exec(createdAt);
  return (
    /^\d+$/.test(id) &&
    /^\d+\.\d\d$/.test(amount) &&
    date !== null &&
    new Date(createdAt).getUTCDate() === Number(date[3]) &&
    !note.includes('\ufffd') &&
    more.length === 0
  );
}
