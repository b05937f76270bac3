import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { sql } from '../../../functions/core/sql.ts';
import { readLoad } from '../../../functions/ledger/loads/load.ts';
import { replayRequest } from '../../../functions/replay/replay-request.ts';
import { testPipeline } from '../../support/pipeline.ts';

it('lines of fixed width become rows by the widths of their columns, and rejects that come back', async () => {
  const pipeline = await testPipeline(
    'create table public.t (id int primary key, name text, amount numeric(8,2), day date)',
  );
  try {
    const fixed = [
      { name: 'ID', width: 4 },
      { name: '', width: 1 },
      { name: 'name', width: 6 },
      { name: 'amount', width: 8 },
      { name: 'day', width: 10 },
    ];
    const written = (id: string, name: string, amount: string, day: string): string =>
      `${id.padStart(4)} ${name.padEnd(6)}${amount.padStart(8)}${day.padEnd(10)}`;
    const lines = [
      'a title of the report',
      written('1', '日本', '12.50', '2024-02-29'),
      written('0002', 'a\\b\tc', '-1', 'n/a'),
      written('', '', '', ''),
      '   3 short',
      written('4', 'x', '1.239', '2024-01-01'),
      written('5', 'y', '1.00', '2024-13-01'),
      written('6', 'é', '7', '2024-01-01'),
      '',
    ];
    const request = {
      ...{ into: 'public.t', businessKey: ['id'], format: 'fixed', nulls: ['n/a'] },
      reading: { fixed, skipRows: 1, encoding: 'utf-16le' },
      clean: { name: ['upper'] },
    };
    const text = Buffer.from(`\ufeff${lines.join('\r\n')}`, 'utf16le');
    const report = await pipeline.load(await pipeline.file('a.txt', text), { ...request, sliceBytes: 200 });
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 7, inserted: 3, rejected: 4 } });
    const stored = sql`select id, name, amount::pg_catalog.text, day::pg_catalog.text from public.t order by id`;
    expect(await pipeline.rows(stored)).toEqual([
      { id: 1, name: '日本', amount: '12.50', day: '2024-02-29' },
      { id: 2, name: 'A\\B\tC', amount: '-1.00', day: null },
      { id: 6, name: 'É', amount: '7.00', day: '2024-01-01' },
    ]);
    const rejects = await readFile(report.rejectsPath?.replace('file://', '') ?? '', 'utf8');
    expect(rejects.split('\r\n').map((line) => line.split(',', 4).slice(1).join(' '))).toEqual([
      'landfall.line landfall.record landfall.codes',
      '4 3 KEY_NULL',
      '5 4 FIELD_COUNT',
      '6 5 NUMERIC_SCALE',
      '7 6 INVALID_DATE',
      '',
    ]);
    expect(rejects).toContain('10 characters where the columns have 29; the line is cut off');
    await pipeline.run('alter table public.t alter column amount type numeric');
    const origin = await pipeline.connect((db) => readLoad(db, report.loadId ?? 0));
    const replay = replayRequest(origin, 'quarantine');
    const again = await pipeline.load(origin.object.key, { ...origin.request, replay, versionId: 'replay:1' });
    expect(again).toMatchObject({ outcome: 'LOADED', counts: { records: 4, inserted: 1, rejected: 3 } });
    const file = await pipeline.file('rejects.csv', rejects.replaceAll('2024-13-01', '2024-12-31'));
    const mended = await pipeline.load(file, { ...request, replay: { ...replay, from: 'file' } });
    expect(mended).toMatchObject({ outcome: 'LOADED', counts: { inserted: 1 } });
    expect((await pipeline.rows(stored)).slice(-2)).toEqual([
      { id: 5, name: 'Y', amount: '1.00', day: '2024-12-31' },
      { id: 6, name: 'É', amount: '7.00', day: '2024-01-01' },
    ]);
  } finally {
    await pipeline.end();
  }
}, 60_000);
