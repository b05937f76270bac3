import { type ChildProcess, spawn } from 'node:child_process';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from '../../functions/core/sql.ts';
import { thisOwner } from '../../functions/runtime/owner.ts';
import type { Random } from '../../localstack/demo/random.ts';
import type { Execution, ExecutionResult } from '../../localstack/embedded/machine/runner.ts';
import { type Invocation, type Pipeline, testPipeline } from './pipeline.ts';

/** A table that another load holds, and commands that wait for it, each with a process of its own that can die. */
export interface HeldTable {
  readonly pipeline: Pipeline;
  /** Another load has the table from now on. */
  hold(): Promise<void>;
  /** And gives it back. */
  giveBack(): Promise<void>;
  /** A file `id,v / 1,<value>` whose last change was so many days after 2025-01-01 is loaded by a command of its own. */
  arrive(file: { name: string; value: number; day: number; request?: object }): Promise<Command>;
  /** Until so many commands wait for the table. */
  untilWaiting(commands: number): Promise<void>;
  /** The values of the loads that had the table, in the order in which they took it. */
  merged(): Promise<readonly number[]>;
  end(): Promise<void>;
}

export interface Command {
  readonly value: number;
  readonly result: Promise<ExecutionResult>;
  /** As SIGKILL does it: nobody is told. */
  kill(): Promise<void>;
}

const into = { bucket: 'file://', into: 'public.t', businessKey: ['id'] };

/** Waits are a twentieth of what they are outside: a second is 50 ms. */
export async function heldTable(): Promise<HeldTable> {
  const owners = new Map<string, string>();
  const processes = new Set<ChildProcess>();
  const environment = ({ event }: Invocation): Record<string, string> => {
    const { execution } = event;
    return { LANDFALL_OWNER: (typeof execution === 'string' && owners.get(execution)) || '' };
  };
  const pipeline = await testPipeline('create table public.t (id integer primary key, v integer)', {
    environment,
    waits: 0.05,
  });
  const waiting = async (): Promise<number> =>
    (await pipeline.rows<{ n: number }>(sql`select count(*)::integer as n from landfall.waiters`))[0]?.n ?? 0;
  return {
    pipeline,
    async hold() {
      await pipeline.run(`
        with holder as (
          insert into landfall.loads (dataset, target, bucket, key, version_id, generation, size, request)
          select 'holder', 'public.t', 'file://', 'holder', count(*)::text, 1, 1, '{}' from landfall.loads
          returning load_id
        )
        insert into landfall.leases (target, load_id, attempt, execution, token, expires_at)
        select 'public.t', load_id, 1, 'holder', 'holder', now() + interval '1 hour' from holder`);
    },
    giveBack: () => pipeline.run(`delete from landfall.leases where (execution = 'holder')`),
    async arrive({ name, value, day, request = {} }) {
      const path = await pipeline.file(name, `id,v\n1,${value}\n`);
      const changed = new Date(Date.UTC(2025, 0, 1) + day * 86_400_000);
      await utimes(path, changed, changed);
      const process = spawn('sleep', ['600'], { stdio: 'ignore' });
      processes.add(process);
      const owner = JSON.stringify(thisOwner(process.pid ?? 0));
      const execution: Execution = pipeline.start({ ...into, key: join(pipeline.directory, name), ...request });
      owners.set(execution.id, owner);
      const died = new Promise<void>((resolve) => process.once('exit', () => resolve()));
      const endProcess = async (): Promise<void> => {
        process.kill('SIGKILL');
        await died;
        processes.delete(process);
      };
      const ended = async (): Promise<ExecutionResult> => {
        const result = await execution.result;
        await endProcess();
        return result;
      };
      return {
        value,
        result: ended(),
        async kill() {
          execution.abort();
          await endProcess();
        },
      };
    },
    async untilWaiting(commands) {
      for (let tries = 0; (await waiting()) < commands; tries += 1) {
        if (tries > 400) throw new Error(`${await waiting()} of ${commands} commands wait for the table`);
        await sleep(50);
      }
    },
    async merged() {
      const rows = await pipeline.rows<{ v: number }>(sql`
        select substring(key from '-([0-9]+)\\.csv$')::integer as v
        from landfall.loads
        where (outcome = 'LOADED')
        order by attempt_started_at`);
      return rows.map(({ v }) => v);
    },
    async end() {
      for (const process of processes) process.kill('SIGKILL');
      await pipeline.idle();
      await pipeline.end();
    },
  };
}

/** What came of files that arrived in any order while their table was held. */
export interface Drained {
  readonly arrived: readonly number[];
  readonly killed: readonly number[];
  readonly merged: readonly number[];
  /** What is to be merged, the oldest first: all but who was killed. */
  readonly expected: readonly number[];
  /** The row of the table, which each of them wrote. */
  readonly value: number | null;
  /** What it may be: of the newest that was merged, or of a newer one that was killed when its row was written. */
  readonly possibleValues: readonly number[];
}

/**
 * Files of one table, their age their number, arrive in random order while it is held; up to three of their commands are
 * killed, while they wait or while the others are merged.
 */
export async function drain(table: HeldTable, files: number, random: Random): Promise<Drained> {
  const { pipeline } = table;
  await pipeline.run('truncate public.t; truncate landfall.loads cascade');
  await table.hold();
  const arrived = shuffled(
    Array.from({ length: files }, (_, i) => i + 1),
    random,
  );
  const commands: Command[] = [];
  for (const value of arrived) {
    const name = `${random.below(1_000_000)}-${value}.csv`;
    commands.push(await table.arrive({ name, value, day: value + random.next() / 2 }));
    await sleep(random.below(30));
  }
  await table.untilWaiting(files);
  const doomed = shuffled(commands, random).slice(0, random.below(4));
  const early = random.below(doomed.length + 1);
  for (const command of doomed.slice(0, early)) await command.kill();
  await table.giveBack();
  for (const command of doomed.slice(early)) {
    await sleep(random.below(1_500));
    await command.kill();
  }
  const results = await Promise.all(commands.filter((each) => !doomed.includes(each)).map(({ result }) => result));
  const failed = results.find(({ status }) => status !== 'SUCCEEDED');
  if (failed !== undefined) throw new Error(`a command ended ${JSON.stringify(failed)}`);
  await pipeline.idle();
  const killed = doomed.map(({ value }) => value);
  const notKilled = (values: readonly number[]): number[] => values.filter((value) => !killed.includes(value));
  const [row] = await pipeline.rows<{ v: number }>(sql`select v from public.t where (id = 1)`);
  const expected = notKilled(arrived).toSorted((a, b) => a - b);
  const newest = expected.at(-1) ?? 0;
  return {
    arrived,
    killed,
    merged: notKilled(await table.merged()),
    expected,
    value: row?.v ?? null,
    possibleValues: [newest, ...killed.filter((value) => value > newest)],
  };
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const rest = [...items];
  return items.map(() => rest.splice(random.below(rest.length), 1)).flat();
}
