import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../../functions/core/sql.ts';
import type { LoadReport } from '../../../functions/protocol/outcomes.ts';
import type { LoadRequest } from '../../../functions/protocol/states.ts';
import { readLoad } from '../../../functions/ledger/loads/load.ts';
import { replayRequest } from '../../../functions/replay/replay-request.ts';
import { type Pipeline, testPipeline } from '../../support/pipeline.ts';

const into = { into: 'public.t', businessKey: ['id'], format: 'json', force: true };

describe('a document of JSON', () => {
  let pipeline: Pipeline;
  let millisecondsLeft = 900_000;
  let files = 0;
  beforeAll(async () => {
    pipeline = await testPipeline(
      'create table public.t (id int primary key, name text, amount numeric, doc jsonb, at date)',
      { millisecondsLeft: () => millisecondsLeft },
    );
  });
  beforeEach(() => pipeline.run('truncate public.t'));
  afterAll(() => pipeline.end());

  const load = async (text: string | Buffer, request: Partial<LoadRequest> = {}): Promise<LoadReport> =>
    await pipeline.load(await pipeline.file(`${(files += 1)}.json`, text), { ...into, ...request });
  const stored = (): Promise<object[]> =>
    pipeline.rows(sql`select id, name, amount::pg_catalog.text, doc::pg_catalog.text from public.t order by id`);
  const many = (records: number): string[] =>
    Array.from({ length: records }, (_, i) => `{\n  "id": ${i},\n  "name": "n\\n${i}"\n}`);

  it('becomes rows, every digit of them, rejects what is no record of the table and says which it is', async () => {
    const records = [
      '{"id":1,"name":"a \\"b\\"","amount":12345678901234567890.10}',
      '{\n"id":2,\n"doc":{"a": [1.00,\r\n"x"]}\n}',
      '5',
      '[{"id":3}]',
      '{"id":4,"at":"2024-13-01"}',
    ];
    const report = await load(`\ufeff [${records.join(' ,\n')}]\n`);
    expect(report).toMatchObject({
      outcome: 'LOADED',
      counts: { records: 5, inserted: 2, rejected: 3 },
      decoded: { from: 'json' },
    });
    expect(await stored()).toEqual([
      { id: 1, name: 'a "b"', amount: '12345678901234567890.10', doc: null },
      { id: 2, name: null, amount: null, doc: '{"a": [1.00, "x"]}' },
    ]);
    const rejects = await readFile(report.rejectsPath?.replace('file://', '') ?? '', 'utf8');
    expect(rejects.split('\r\n').map((line) => line.split(',', 4).slice(1).join(' '))).toEqual([
      'landfall.line landfall.record landfall.codes',
      ' 3 NOT_AN_OBJECT',
      ' 4 NOT_AN_OBJECT',
      ' 5 INVALID_DATE',
      '',
    ]);
    await pipeline.run('alter table public.t alter column at type text');
    const origin = await pipeline.connect((db) => readLoad(db, report.loadId ?? 0));
    const replay = replayRequest(origin, 'quarantine');
    const again = await pipeline.load(origin.object.key, {
      ...origin.request,
      replay,
      versionId: 'replay:1',
      force: false,
    });
    expect(again).toMatchObject({ outcome: 'LOADED', counts: { records: 3, inserted: 1, rejected: 2 } });
    await pipeline.run('truncate public.t; alter table public.t alter column at type date using null');
  });

  it('is loaded alike where it is packed, and goes on where a call had no more time', async () => {
    const text = `{"meta":{"items":[0]},"data":{"items":[${many(3_000).join(',\n')}]}}`;
    const reading = { jsonPath: 'data.items' };
    await load(text, { reading });
    const plain = await stored();
    expect(plain).toHaveLength(3_000);
    await pipeline.run('truncate public.t');
    let calls = 0;
    pipeline.before = ({ event }) => {
      // each call of StageSlice has time for one slice
      millisecondsLeft = event['state'] === 'StageSlice' && (calls += 1) < 5 ? 1_000 : 900_000;
    };
    const report = await load(gzipSync(text), { reading, sliceBytes: 10_000 });
    pipeline.before = null;
    expect(report).toMatchObject({ outcome: 'LOADED', decoded: { from: 'gzip, json' } });
    expect(report.slices).toBeGreaterThan(5);
    expect(await stored()).toEqual(plain);
  });

  it('is refused where it is none, and where nothing is at its path', async () => {
    const cut = await load(`[${many(9).join(',')}`);
    expect(cut).toMatchObject({ outcome: 'REJECTED', code: 'JSON_CORRUPT' });
    expect(cut.message).toMatch(
      /at byte \d+ of \d+ the JSON is not sound .*line 28, column 2: it ends there, in the middle/,
    );
    expect(await load('{"id":1} {"id":2}')).toMatchObject({ code: 'JSON_CORRUPT' });
    expect(await load('{"data":[]}', { reading: { jsonPath: '/items' } })).toMatchObject({ code: 'JSON_PATH' });
    expect(await load('id,name\n1,a\n')).toMatchObject({ outcome: 'REJECTED', code: 'JSON_CORRUPT' });
    expect(await stored()).toEqual([]);
  });

  it('that is one object a line all the same is read so', async () => {
    const report = await load('{"id":1}\n\n{"id":2,}\n{"id":3}\n');
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { inserted: 2, rejected: 1 } });
    expect(report).toMatchObject({ dialect: { options: '--format ndjson' } });
    expect(report.decoded).toBeUndefined();
    const nested = await load('[{"id":4,"a":{"b":"x"}}]', { rename: { 'a.b': 'name' } });
    expect(nested).toMatchObject({ outcome: 'LOADED', counts: { inserted: 1 } });
    expect((await stored())[2]).toMatchObject({ id: 4, name: 'x' });
  });

  it.each([
    ['an array', '[{"id":7}]', 'json'],
    ['one object a line', '{"id":7}\n{"id":8}\n', 'ndjson'],
  ])('is found in a file of any name of which nothing is said: %s', async (_, text, format) => {
    const { format: _said, ...rest } = into;
    const report = await pipeline.load(await pipeline.file(`${format}.dat`, text), rest);
    expect(report).toMatchObject({ outcome: 'LOADED', dialect: { sniffed: { format } } });
    expect((await stored())[0]).toMatchObject({ id: 7 });
  });
});
