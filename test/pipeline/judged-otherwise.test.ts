import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';
import { standIn, type } from '../unit/cli/terminal.ts';

let pipeline: Pipeline;

beforeAll(
  async () =>
    void (pipeline = await testPipeline(
      `create table public.t (id int primary key, ok boolean); create table public.n (id int primary key, code char(2));
       create table public.parent (id int primary key); create table public.child (id int primary key, parent int references public.parent)`,
    )),
  120_000,
);
afterAll(async () => await pipeline.end());

const into = { into: 'public.t', businessKey: ['id'] };

async function answer(
  path: string,
  request: Partial<LoadRequest>,
): Promise<{ outcome: string; message: string | null }> {
  const result = await pipeline.execute({ bucket: 'file://', key: path, ...request });
  if (result.status !== 'SUCCEEDED') throw new Error(JSON.stringify(result));
  return result.output as { outcome: string; message: string | null };
}

it('a load with rejects says, with another leniency, that it was judged under other rules, and the command works', async () => {
  const path = await pipeline.file('some.csv', 'id,ok\n1,true\n2,yes\n');
  const first = await pipeline.load(path, into);
  expect(first).toMatchObject({ outcome: 'LOADED', counts: { inserted: 1, rejected: 1 } });

  const lenient = { ...into, leniencies: ['booleanWords'] };
  const again = await answer(path, lenient);
  expect(again.outcome).toBe('ALREADY_LOADED');
  expect(again.message).toMatch(`load ${first.loadId} left 1 reject, and it was judged under other rules`);
  expect(again.message).toContain('the same command with --force');

  const forced = await pipeline.load(path, { ...lenient, force: true });
  expect(forced).toMatchObject({ outcome: 'LOADED', counts: { inserted: 1, unchanged: 1, rejected: 0 } });
});

it('so it does where the table changed since', async () => {
  const path = await pipeline.file('codes.csv', 'id,code\n1,DE\n2,DEU\n');
  const table = { into: 'public.n', businessKey: ['id'] };
  expect(await pipeline.load(path, table)).toMatchObject({ counts: { inserted: 1, rejected: 1 } });
  expect(await answer(path, table)).toMatchObject({ outcome: 'ALREADY_LOADED', message: null });
  await pipeline.run('alter table public.n alter code type varchar(3)');
  expect((await answer(path, table)).message).toContain('the table changed since');
});

it('a load without rejects is simply already loaded, whatever rules changed', async () => {
  const path = await pipeline.file('sound.csv', 'id,ok\n7,true\n');
  await pipeline.load(path, into);
  const again = await answer(path, { ...into, leniencies: ['booleanWords'] });
  expect(again).toMatchObject({ outcome: 'ALREADY_LOADED', message: null });
});

it('a child that came before its parent is taken by the command that is named, once the parent is there', async () => {
  const path = await pipeline.file('children.csv', 'id,parent\n1,7\n2,8\n');
  const children = { into: 'public.child', businessKey: ['id'] };
  await pipeline.run('insert into public.parent values (7)');
  const first = await pipeline.load(path, children);
  expect(first).toMatchObject({ outcome: 'LOADED', counts: { inserted: 1, rejected: 1 } });
  await pipeline.run('insert into public.parent values (8)');

  const again = await answer(path, children);
  expect(again.outcome).toBe('ALREADY_LOADED');
  const [, command = ''] = /`landfall ([^`]*)`/.exec(again.message ?? '') ?? [];
  expect(command).toBe(`retry ${first.loadId} --force`);
  const { code, out } = await type([...command.split(' '), '--json', '--database-url', pipeline.url], standIn());
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ outcome: 'LOADED', counts: { inserted: 1, unchanged: 1, rejected: 0 } });
});
