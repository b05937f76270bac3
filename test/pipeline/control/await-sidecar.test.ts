import { afterAll, beforeAll, expect, it } from 'vitest';
import { awaitSidecar } from '../../../functions/extract/sidecars/await-sidecar.ts';
import { claimLoad } from '../../../functions/ledger/loads/claim.ts';
import { type Load, readLoad } from '../../../functions/ledger/loads/load.ts';
import { openDirectoryStore } from '../../../functions/objects/directory/directory-store.ts';
import { loadRequestSchema } from '../../../functions/protocol/states.ts';
import { type Pipeline, testPipeline } from '../../support/pipeline.ts';

let pipeline: Pipeline;
beforeAll(async () => void (pipeline = await testPipeline('create table public.t (id int primary key)')), 120_000);
afterAll(async () => await pipeline.end());

const store = openDirectoryStore();
const required = { sidecar: 'required', waitMinutes: 1 } as const;

async function claimed(name: string): Promise<Load> {
  const key = await pipeline.file(name, 'id\n1\n');
  const object = await store.head({ bucket: 'file://', key });
  const request = loadRequestSchema.parse({ bucket: 'file://', key, into: 'public.t', businessKey: ['id'] });
  const claim = { dataset: 'd', target: 'public.t', object, request, execution: name, yesTo: null };
  return (await pipeline.connect((db) => claimLoad(db, claim))).load;
}

const look = (load: Load, waitedSeconds: number, declared: Parameters<typeof awaitSidecar>[1] = required) =>
  pipeline.connect((db) =>
    awaitSidecar(load, declared, { db, storeFor: async () => store, waitedSeconds, onOneMachine: false }),
  );

it('a load whose dataset requires a sidecar waits for it, goes on once it is there, and has its totals', async () => {
  const load = await claimed('a.csv');
  expect(await look(load, 0)).toBe(5);
  expect(await look(load, 57.5)).toBe(3);
  expect(await look(load, 0, { ...required, waitMinutes: 240 })).toBe(5);
  expect(await look(load, 3_000, { ...required, waitMinutes: 240 })).toBe(300);
  await pipeline.file('a.csv.control.json', '{ "records": 1 }');
  expect(await look(load, 30)).toBe(null);
  const { control } = await pipeline.connect((db) => readLoad(db, load.loadId));
  expect(control).toEqual([{ from: 'a.csv.control.json', records: 1 }]);
});

it('a load whose sidecar does not come in time is refused, and one that is wrong at once', async () => {
  const load = await claimed('b.csv');
  await expect(look(load, 60)).rejects.toMatchObject({ code: 'CONTROL_MISSING' });
  await expect(look(load, 0, { ...required, waitMinutes: 0 })).rejects.toThrow('requires one');
  await pipeline.file('b.csv.md5', 'none');
  await expect(look(load, 0)).rejects.toMatchObject({ code: 'CONTROL_INVALID' });
});

it('a load waits for no sidecar where none is required, where it has one, and once its gate is passed', async () => {
  const load = await claimed('c.csv');
  expect(await look(load, 0, { ...required, sidecar: 'optional' })).toBe(null);
  expect(await look(load, 0, { sidecar: 'optional', waitMinutes: 5 })).toBe(null);
  expect(await look({ ...load, control: [{ from: 'c.csv.sha256', sha256: 'a' }] }, 0)).toBe(null);
  expect(await look({ ...load, control: [{ from: 'the request', records: 1 }] }, 0)).toBe(5);
  expect(await look({ ...load, gated: true }, 0)).toBe(null);
});
