import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { writeOrders } from '../../localstack/demo/orders.ts';
import { Command } from '../faults/command.ts';
import { createOrders } from '../faults/orders.ts';
import { databaseName } from '../support/database-url.ts';
import { type Gate, startGate } from '../support/gate.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

const into = { into: 'public.t', businessKey: ['id'] };
const states = [
  'Register',
  'AcquireLease',
  'StageSlice',
  'ValidateSlice',
  'Transform',
  'MergeLane',
  'Finish',
  'Report',
];

describe('a database that is away', () => {
  let pipeline: Pipeline;
  let gate: Gate;
  let path: string;
  beforeEach(async () => {
    pipeline = await testPipeline('create table public.t (id integer primary key, n integer)', {
      url: (database) => gate.url(database),
      waits: 0.001,
    });
    gate = await startGate(pipeline.url);
    path = await pipeline.file('a.csv', 'id,n\n1,1\n2,2\n3,x\n');
  });
  afterEach(async () => {
    await gate.shut();
    await pipeline.end();
  });
  const counts = () => pipeline.rows(sql`select outcome, attempt, records, rejected, inserted from landfall.loads`);

  it.each(states)(
    'when %s begins is waited for in the call, and the load is LOADED in its first attempt',
    async (state) => {
      const calls: string[] = [];
      pipeline.before = async ({ event }) => {
        calls.push(String(event['state']));
        if (event['state'] !== state || calls.filter((each) => each === state).length > 1) return;
        await gate.shut();
        // the call asks at once, after 0.25 to 0.5 s, and after 0.75 to 1.5 s
        void sleep(600).then(() => gate.open());
      };
      expect(await pipeline.load(path, into)).toMatchObject({ outcome: 'LOADED' });
      expect(await counts()).toEqual([{ outcome: 'LOADED', attempt: 1, records: 3, rejected: 1, inserted: 2 }]);
      expect(calls.filter((each) => each === state)).toHaveLength(1);
    },
  );

  it('for longer than ten calls wait is a failed load that says so', async () => {
    let calls = 0;
    pipeline.before = ({ event }) => {
      if (event['state'] !== 'StageSlice') return;
      calls += 1;
      throw Object.assign(new Error('the database did not answer for 60 s (ECONNREFUSED)'), { name: 'DatabaseAway' });
    };
    expect(await pipeline.execute({ bucket: 'file://', key: path, ...into })).toMatchObject({
      status: 'FAILED',
      error: 'DatabaseAway',
    });
    expect(calls).toBe(11);
  });

  const readOnly = (on: boolean): Promise<void> =>
    pipeline.run(`
      start transaction read write;
      alter database "${databaseName(pipeline.url)}" set default_transaction_read_only = ${on};
      commit`);

  it('because a setting forbids writes fails in the end, and says which', async () => {
    await readOnly(true);
    expect(await pipeline.execute({ bucket: 'file://', key: path, ...into })).toMatchObject({
      status: 'FAILED',
      error: 'DatabaseAway',
      cause: expect.stringMatching(/takes no writes .* default_transaction_read_only is on .*`landfall doctor`/),
    });
  });

  it('because it takes no writes yet is waited for as long, by further calls', async () => {
    const names: string[] = [];
    await readOnly(true);
    pipeline.before = async ({ event }) => {
      if (names.push(String(event['state'])) === 4) await readOnly(false);
    };
    expect(await pipeline.load(path, into)).toMatchObject({ outcome: 'LOADED' });
    expect(names.slice(0, 5)).toEqual(['Register', 'Register', 'Register', 'Register', 'AcquireLease']);
  });
});

describe('a command whose database goes away', () => {
  it('says that it waits, and for what; the load goes on when it is back, and the next file too', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'landfall-outage-'));
    const pipeline = await testPipeline('');
    const gate = await startGate(pipeline.url);
    const [file, next] = [join(folder, 'orders.csv'), join(folder, 'next.csv')];
    await writeOrders(file, { rows: 60_000, seed: 1 });
    await writeOrders(next, { rows: 10, seed: 2 });
    await createOrders(pipeline.url);
    const command = new Command(
      ['load', file, next, '--into', 'public.orders', '--key', 'id', '--slice-bytes', '500000', '--json'].concat([
        '--database-url',
        gate.url(pipeline.url),
      ]),
      join(folder, 'home'),
    );
    let said = '';
    command.process.stderr?.on('data', (text: string) => (said += text));
    try {
      const until = async (what: () => Promise<boolean> | boolean) => {
        while (!(await what())) await sleep(20);
      };
      await until(
        async () => (await pipeline.rows(sql`select from landfall.slices where (staged_at is not null)`)).length > 0,
      );
      await gate.shut();
      await until(() => said.includes('waiting for the database'));
      expect(said).toContain('nothing accepts connections at 127.0.0.1:');
      await gate.open();
      const { code, report, stderr } = await command.ended;
      expect({ code, report }, stderr).toMatchObject({ code: 0, report: { outcome: 'LOADED' } });
      const loads = await pipeline.rows(sql`select outcome, attempt from landfall.loads order by load_id`);
      expect(loads).toEqual([
        { outcome: 'LOADED', attempt: 1 },
        { outcome: 'LOADED', attempt: 1 },
      ]);
      expect(stderr).toMatch(/orders.csv: waiting for the database[^]*orders.csv: (?:stage|validate|merge|report)/);
    } finally {
      command.killAll();
      await gate.shut();
      await rm(folder, { recursive: true, force: true });
      await pipeline.end();
    }
  }, 60_000);

  it('before it began anything is told so at once', async () => {
    const home = await mkdtemp(join(tmpdir(), 'landfall-outage-'));
    const startedAt = performance.now();
    const command = new Command(
      [
        'load',
        import.meta.filename,
        '--into',
        'public.t',
        '--key',
        'id',
        '--database-url',
        'postgres://127.0.0.1:1/shop',
      ],
      home,
    );
    const { code, stderr } = await command.ended;
    await rm(home, { recursive: true, force: true });
    expect(code).toBe(1);
    expect(stderr).toContain('nothing accepts connections at 127.0.0.1:1');
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  });
});
