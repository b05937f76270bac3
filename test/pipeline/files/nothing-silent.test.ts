import { afterAll, beforeAll, expect, it } from 'vitest';
import { sql } from '../../../functions/core/sql.ts';
import { type Pipeline, testPipeline } from '../../support/pipeline.ts';

// What is loaded is what the file says, but for what was declared; and of a record that is not, every fault is said.

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await testPipeline(`
    create table public.p (id integer primary key);
    create table public.t (id integer primary key, amount numeric not null, day date, at timestamptz, ok boolean, trimmed text, as_is text,
      p integer references public.p)`);
});
afterAll(() => pipeline.end());

const clean = {
  amount: ['currency:€', 'group:dot', 'decimal:comma'],
  day: ['null:00.00.0000', 'date:dd.MM.yyyy'],
  at: ['epoch:ms'],
  ok: ['boolean:ja/nein'],
  trimmed: ['trim'],
};
const into = { into: 'public.t', businessKey: ['id'], clean };
const quoted = (text: string | null): string => (text === null ? '' : `"${text.replaceAll('"', '""')}"`);
/** The same numbers at each run: xorshift, period 2^32 - 1. */
function randoms(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

it('every accepted cell is that of the file, once what was declared is undone', async () => {
  const random = randoms(20_241_231);
  const one = <T>(...of: readonly T[]): T => of[random(of.length)] as T;
  const odd = [
    'NA',
    '007',
    '1.234,5',
    ' x ',
    'é',
    'e\u0301',
    '00.00.0000',
    'ja',
    '€ 5',
    'a  b',
    '\u00a0',
    '"',
    'NULL',
    '-',
    '',
    "'=1",
    '\\N',
  ];
  const sources = Array.from({ length: 400 }, (_, i) => {
    const whole = String(one(random(10), random(1000), random(100_000), random(1_000_000_000)));
    const cents = String(random(100)).padStart(2, '0');
    const day = new Date(Date.UTC(1950 + random(100), random(12), 1 + random(28)));
    return {
      id: i,
      whole,
      cents,
      sign: one('', '-'),
      day: one(day, day, null),
      ms: (random(2 ** 31) - 2 ** 30) * 1000 + random(1000),
      ok: one(true, false),
      text: one(...odd),
    };
  });
  const lines = sources.map(({ id, whole, cents, sign, day, ms, ok, text }) => {
    const grouped = one(whole, whole.replaceAll(/\B(?=(\d{3})+$)/g, '.'));
    const amount = one(`${sign}${grouped},${cents}`, `${sign}${grouped},${cents} €`);
    const [year, month, date] = day === null ? ['0000', '00', '00'] : day.toISOString().slice(0, 10).split('-');
    const cells = [
      amount,
      `${date}.${month}.${year}`,
      String(ms),
      ok ? 'ja' : 'nein',
      `${one('', ' ', '\u00a0')}${text}${one('', '\t', '\u3000')}`,
      text,
    ];
    return [String(id), ...cells.map(quoted), ''].join(',');
  });
  const path = await pipeline.file('sound.csv', ['id,amount,day,at,ok,trimmed,as_is,p', ...lines, ''].join('\n'));
  expect(await pipeline.load(path, into)).toMatchObject({ outcome: 'LOADED', counts: { inserted: 400, rejected: 0 } });
  const rows = await pipeline.rows(sql`
    select id, amount::text, day::text, (extract('epoch' from at) * 1000)::bigint::text as ms, ok, trimmed, as_is from public.t order by id`);
  expect(rows).toEqual(
    sources.map(({ id, whole, cents, sign, day, ms, ok, text }) => ({
      id,
      amount: `${sign === '-' && `${whole}${cents}` !== '000' ? '-' : ''}${whole}.${cents}`,
      day: day === null ? null : day.toISOString().slice(0, 10),
      ms: String(ms),
      ok,
      trimmed: text.replaceAll(/^[ \u00a0]+|[ \u00a0]+$/g, ''),
      as_is: text,
    })),
  );
});

it('records with several faults have as many reasons, of cells that were cleaned and of others, each with its code', async () => {
  const random = randoms(7);
  const faults = {
    amount: ['12.34,5', 'INVALID_NUMBER'],
    day: ['31.02.2024', 'INVALID_DATE'],
    at: ['12a', 'INVALID_TIMESTAMP'],
    ok: ['maybe', 'INVALID_BOOLEAN'],
    p: ['9', 'FOREIGN_KEY'],
  } as const;
  const sound = { amount: '1.000,5 €', day: '29.02.2024', at: '0', ok: 'ja', p: '' };
  const names = Object.keys(faults) as readonly (keyof typeof faults)[];
  const records = Array.from({ length: 120 }, (_, i) => {
    const wrong = names.filter(() => i % 6 === 0 || random(2) === 0);
    const cells = names.map((name) => quoted(wrong.includes(name) ? faults[name][0] : sound[name] || null));
    return { line: [String(1000 + i), ...cells].join(','), reasons: wrong.map((name) => `${faults[name][1]} ${name}`) };
  });
  const text = ['id,amount,day,at,ok,p', ...records.map(({ line }) => line), ''].join('\n');
  const { loadId } = await pipeline.load(await pipeline.file('faulty.csv', text), into);
  const rejects = await pipeline.rows<{ record: number; reasons: string[] }>(sql`
    select record_no::int4 as record, array(
      select (each ->> 'code') || ' ' || (each ->> 'column') from jsonb_array_elements(reasons) as each) as reasons
    from landfall.rejects where (load_id = ${loadId}) order by record_no`);
  const expected = records.flatMap(({ reasons }, i) => (reasons.length === 0 ? [] : [{ record: i + 1, reasons }]));
  expect(rejects.map(({ record, reasons }) => ({ record, reasons: reasons.toSorted() }))).toEqual(
    expected.map(({ record, reasons }) => ({ record, reasons: reasons.toSorted() })),
  );
  expect(expected.filter(({ reasons }) => reasons.length === 5).length).toBeGreaterThanOrEqual(20);
});
