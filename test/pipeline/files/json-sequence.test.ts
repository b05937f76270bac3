import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../../../functions/core/sql.ts';
import type { LoadReport } from '../../../functions/protocol/outcomes.ts';
import type { LoadRequest } from '../../../functions/protocol/states.ts';
import { readLoad } from '../../../functions/ledger/loads/load.ts';
import { readLoadReport } from '../../../functions/ledger/loads/summary.ts';
import { replayRequest } from '../../../functions/replay/replay-request.ts';
import { type Pipeline, testPipeline } from '../../support/pipeline.ts';

// Sequences of JSON texts, each behind a record separator (RFC 7464): JSON lines, but that line ends end nothing.

let pipeline: Pipeline;
beforeAll(async () => void (pipeline = await testPipeline('create table public.t (id int primary key, doc json)')));
afterAll(() => pipeline.end());

const RS = '\u001e';
const texts = ['{"id":1,\n "doc":[\n1.50]}\n', '{"id":2}', '{"id":3,"doc":"cut', '{"id":"x"}\n', '[4]\n', '{"id":5}\n'];
const sequence = texts.map((text) => `${RS}${text}`).join('');

let files = 0;
async function load(bytes: string | Buffer, suffix: string, request: Partial<LoadRequest> = {}): Promise<LoadReport> {
  await pipeline.run('truncate public.t');
  files += 1;
  return await pipeline.load(await pipeline.file(`${files}.${suffix}`, bytes), {
    into: 'public.t',
    businessKey: ['id'],
    ...request,
  });
}

const rejectsOf = async ({ loadId }: LoadReport): Promise<[number, string, string][]> => {
  const found = await pipeline.rows<{ no: number; code: string; raw: string }>(sql`
    select record_no::int as no, reasons -> 0 ->> 'code' as code, convert_from(raw, 'UTF8') as raw
    from landfall.rejects where (load_id = ${loadId}) order by record_no`);
  return found.map(({ no, code, raw }) => [no, code, raw]);
};

test('is read by several workers, and each cut gives the same rows, rejects and places in the file', async () => {
  const found = [];
  for (const sliceBytes of [5, 23]) {
    const report = await load(sequence, 'json-seq', { format: 'json-seq', sliceBytes });
    const [slices] = await pipeline.rows<{ cut: number }>(sql`
      select count(*)::int as cut from landfall.slices where (load_id = ${report.loadId})`);
    expect(slices?.cut).toBe(Math.ceil((sequence.length - 1) / sliceBytes));
    const places = await pipeline.rows<{ at: number }>(sql`
      select byte_offset::int as at from landfall.rejects where (load_id = ${report.loadId}) order by record_no`);
    expect(places.map(({ at }) => sequence.slice(at - 1, at + 5))).toEqual([
      `${RS}{"id"`,
      `${RS}{"id"`,
      `${RS}[4]\n${RS}`,
    ]);
    found.push([
      report.counts,
      await rejectsOf(report),
      await pipeline.rows(sql`select id, doc::text from public.t order by id`),
    ]);
  }
  expect(found[0]).toEqual(found[1]);
  expect(found[0]?.[0]).toMatchObject({ records: 6, inserted: 3, rejected: 3 });
});

describe('is loaded text by text, and a text that is cut off or no record is a reject', () => {
  test.each<[string, string | Buffer, string, Partial<LoadRequest>]>([
    ['as it is declared', sequence, 'json-seq', { format: 'json-seq', sliceBytes: 9 }],
    ['as its first byte says, where nobody said anything', sequence, 'txt', {}],
    ['as its first byte says, where it is called JSON lines', `\ufeff${sequence}`, 'ndjson', { format: 'ndjson' }],
    ['as its first byte says, where it is called JSON, packed', gzipSync(sequence), 'json', { format: 'json' }],
  ])('%s', async (_, bytes, suffix, request) => {
    const report = await load(bytes, suffix, request);
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 6, inserted: 3, rejected: 3 } });
    if (request.format !== 'json-seq') expect(report.dialect).toMatchObject({ options: '--format json-seq' });
    expect(await pipeline.rows(sql`select id, doc::text from public.t order by id`)).toEqual([
      { id: 1, doc: '[\r1.50]' },
      { id: 2, doc: null },
      { id: 5, doc: null },
    ]);
    expect(await rejectsOf(report)).toEqual([
      [3, 'NOT_JSON', '{"id":3,"doc":"cut'],
      [4, 'INVALID_INTEGER', '{"id":"x"}'],
      [5, 'NOT_AN_OBJECT', '[4]'],
    ]);
  });
});

test('its last texts may be no records, and its rejects are judged again', async () => {
  const reading = { trailerRows: 1, trailerTotals: { records: 'count' } };
  const report = await load(`${sequence}${RS}{"count":\n6}\n`, 'json-seq', {
    format: 'json-seq',
    reading,
    sliceBytes: 20,
  });
  expect(report).toMatchObject({
    outcome: 'LOADED',
    counts: { records: 6 },
    trailer: ['{"count": 6}'],
    control: { records: { expected: 6, source: 6 } },
  });
  await pipeline.run('alter table public.t alter column id type text');
  const request = await pipeline.connect(async (db) => {
    const origin = await readLoad(db, report.loadId ?? 0);
    return { ...origin.request, versionId: `replay:${report.loadId}:1`, replay: replayRequest(origin, 'quarantine') };
  });
  const { output } = (await pipeline.execute(request)) as { output: { loadId: number } };
  expect(await pipeline.connect((db) => readLoadReport(db, output.loadId))).toMatchObject({
    outcome: 'LOADED',
    counts: { records: 3, inserted: 1, rejected: 2 },
  });
  await pipeline.run('truncate public.t; alter table public.t alter column id type int using id::int');
});

test('what is none is refused, and says what it may be', async () => {
  const none = await load('{"id":1}\n', 'json-seq', { format: 'json-seq' });
  expect(none).toMatchObject({ outcome: 'REJECTED', code: 'HEADER_OTHER_FORMAT' });
  expect(none.message).toContain('the file is JSON, not a sequence of JSON texts');
  const csv = await load(sequence, 'csv', { format: 'csv' });
  expect(csv.message).toContain(
    'a sequence of JSON texts (RFC 7464), not delimited text; load it with --format json-seq',
  );
});
