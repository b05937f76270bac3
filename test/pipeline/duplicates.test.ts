import { afterAll, beforeAll, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await testPipeline(`
    create table public.t (id integer, part text, v integer, name text, primary key (id, part));
    create table public.h (
      no bigserial primary key, id integer not null, part text not null, name text, v integer, valid_from timestamptz not null,
      valid_to timestamptz, current boolean not null, unique (id, part, valid_from));
    create unique index one_current on public.h (id, part) where current`);
});
afterAll(() => pipeline.end());

/** Five records of one key and three of another, the newest neither first nor last, over several slices; a record's name is its number. */
const records = ['1,a,1', '2,b,9', '1,a,3', '1,a,9', '2,b,1', '3,c,1', '1,a,2', '2,b,4', '1,a,5'];
const content = (isOperations: boolean): string => {
  const [more, update] = isOperations ? [',op', ',u'] : ['', ''];
  return [`id,part,v,name${more}`, ...records.map((record, i) => `${record},r${i + 1}${update}`), ''].join('\n');
};

it.each<[string, Partial<LoadRequest>, string]>([
  ['update', { conflict: { rule: 'update' } }, 'the last one was kept'],
  ['update, first', { conflict: { rule: 'update', winner: 'first' } }, 'the first one was kept'],
  ['insert-only', { conflict: { rule: 'insert-only' } }, 'the last one was kept'],
  ['insert-only, first', { conflict: { rule: 'insert-only', winner: 'first' } }, 'the first one was kept'],
  ['update-only', { conflict: { rule: 'update-only' } }, 'the last one was kept'],
  ['replace', { conflict: { rule: 'replace' }, limits: { maxDeletedShare: 1 } }, 'the last one was kept'],
  ['patch', { conflict: { rule: 'patch' } }, 'the last one was kept, with the values of those before it'],
  ['operations', { conflict: { rule: 'operations', column: 'op' } }, 'they act one after the other'],
  ['newer-wins', { conflict: { rule: 'newer-wins', versionColumn: 'v' } }, 'the one with the largest v was kept'],
  ['history', { into: 'public.h', conflict: { rule: 'history' } }, 'the last one was kept'],
])('each duplicate names the record that counts: %s', async (name, request, why) => {
  const isUpdating = name === 'update-only';
  await pipeline.run('truncate public.t');
  if (isUpdating) await pipeline.run(`insert into public.t values (1, 'a', 0, ''), (2, 'b', 0, ''), (3, 'c', 0, '')`);
  const file = await pipeline.file(`${name}.csv`, content(name === 'operations'));
  const { loadId, counts } = await pipeline.load(file, {
    into: 'public.t',
    businessKey: ['id', 'part'],
    sliceBytes: 24,
    ...request,
  });
  expect(counts).toMatchObject({ records: 9, duplicate: 6, rejected: 0, [isUpdating ? 'updated' : 'inserted']: 3 });
  const table = name === 'history' ? sql`public.h` : sql`public.t`;
  const stored = await pipeline.rows<{ key: string; name: string }>(
    sql`select format('id=%s, part=%s', id, part) as key, name from ${table} order by id`,
  );
  const winners = new Map(stored.map((row) => [row.key, Number(row.name.slice(1))]));
  const told = await pipeline.rows<{ record_no: number; message: string }>(
    sql`select record_no, reasons->0->>'message' as message from landfall.rejects where (load_id = ${loadId}) order by record_no`,
  );
  const lost = records.flatMap((record, i) => {
    const [id, part] = record.split(',');
    const winner = winners.get(`id=${id}, part=${part}`);
    return winner === i + 1
      ? []
      : [[i + 1, `the key id=${id}, part=${part} is also in record ${winner}, which counts: `]];
  });
  // of versions the key has a time more
  const named = (message: string): string =>
    message.replace(/, valid_from=[^,]*? is/u, ' is').replace(/(?<=counts: ).*/u, '');
  expect(told.map(({ record_no: no, message }) => [no, named(message)])).toEqual(lost);
  for (const { message } of told) expect(message).toContain(why);
});
