import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ident, sql } from '../../functions/core/sql.ts';
import { withClient } from '../../functions/db/client.ts';
import { readMigrations } from '../../functions/migrate/migrate.ts';
import { exitCode } from '../../cli/typed/exit-codes.ts';
import { runCommand } from '../../cli/run.ts';
import { verbs } from '../../cli/verbs.ts';
import { loginUrl } from '../support/database-url.ts';
import { hold, type HeldSession } from '../support/held.ts';
import { outside } from '../support/outside.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';
import { testDatabase } from '../support/postgres.ts';
import { startPooler } from '../support/transaction-pooler.ts';
import { ledgerless, typedVerbs } from '../support/typed-verbs.ts';
import { standIn } from '../unit/cli/terminal.ts';

// Whoever may connect, and whoever holds a lock, keeps nobody from an answer: every verb says within 15 s what is the matter.

/** Load 1 is FAILED and may be retried. */
const typed = typedVerbs({ file: 'again.csv', table: 'public.t' });
/** These go on working; that they say what is the matter is their answer. */
const lasting = ['load', 'plan', 'dev', 'watch', 'retry', 'backfill'];

interface Answer {
  readonly verb: string;
  readonly ended: Promise<number>;
  readonly code: number | null;
  readonly text: string;
  readonly milliseconds: number;
}

/** Until it ends, or has said something that matches. Then it is interrupted. */
async function answerOf(verb: string, url: string, says: RegExp): Promise<Answer> {
  const { folder, context, printed } = standIn({ DATABASE_URL: url });
  writeFileSync(join(folder, 'again.csv'), 'id,v\n1,1\n');
  mkdirSync(join(context.home, 'landing'), { recursive: true });
  const interrupt = new AbortController();
  const startedAt = performance.now();
  const ended = runCommand([verb, ...(typed[verb] ?? [])], { ...context, signal: interrupt.signal });
  const said = (async () => {
    while (!says.test(printed.out + printed.err)) await sleep(50, undefined, { signal: interrupt.signal });
    return null;
  })().catch(() => null);
  const code = await Promise.race([ended, lasting.includes(verb) ? said : ended]);
  const milliseconds = performance.now() - startedAt;
  interrupt.abort();
  return { verb, code, text: printed.out + printed.err, milliseconds, ended };
}

async function answers(
  url: string,
  says: RegExp,
  of = Object.keys(verbs),
  withinMs = 15_000,
): Promise<Record<string, Answer>> {
  const all = await Promise.all(of.map((verb) => answerOf(verb, url, says)));
  await Promise.all(all.map(({ ended }) => ended));
  for (const { verb, milliseconds, text } of all) expect(milliseconds, `${verb}: ${text}`).toBeLessThan(withinMs);
  return Object.fromEntries(all.map((each) => [each.verb, each]));
}

/** A database of its own, where load 1 is FAILED and may be retried: the tests that do little but wait run at once. */
async function withFailedLoad(use: (pipeline: Pipeline) => Promise<void>): Promise<void> {
  const pipeline = await testPipeline('create table public.t (id integer primary key, v integer)');
  try {
    pipeline.before = ({ event }) => {
      if (event['state'] === 'Transform') throw Object.assign(new Error('away'), { name: 'LeaseLost' });
    };
    const key = await pipeline.file('a.csv', 'id,v\n1,1\n2,x\n');
    await pipeline.execute({ bucket: 'file://', key, into: 'public.t', businessKey: ['id'] });
    await pipeline.run(`update landfall.loads set outcome = 'FAILED', code = 'LeaseLost', ended_at = now();
      delete from landfall.leases`);
    await use(pipeline);
  } finally {
    await pipeline.end();
  }
}

/** The same, while a session of somebody's holds what these statements take. */
async function whileHeld(
  statements: string,
  use: (held: HeldSession, pipeline: Pipeline) => Promise<void>,
): Promise<void> {
  await withFailedLoad(async (pipeline) => {
    const held = await hold(pipeline.url, 'nightly dump', statements);
    try {
      await use(held, pipeline);
    } finally {
      await held.letGo();
    }
  });
}

const ofLedger = Object.keys(verbs).filter((verb) => !ledgerless.includes(verb));

it('every verb is tried', () => {
  expect(Object.keys(typed)).toEqual(Object.keys(verbs));
});

describe('every verb answers within 15 s', () => {
  it('and does what it is for while a stranger holds every advisory lock that Landfall ever used, under a name like its own', async () => {
    const stranger = `stranger_${randomBytes(4).toString('hex')}`;
    await withFailedLoad(async (pipeline) => {
      await pipeline.run(`create role ${stranger} login password 'secret'`);
      const locks = await hold(
        loginUrl(pipeline.url, stranger),
        'landfall:1:x:MergeLane',
        'select pg_advisory_lock(n) from generate_series(7203411, 7203413) as n',
      );
      try {
        const all = await answers(pipeline.url, /: loaded|waiting for files/, [
          'cancel',
          'release',
          'status',
          'migrate',
          'retry',
        ]);
        for (const verb of ['cancel', 'release', 'status', 'migrate'])
          expect(all[verb], JSON.stringify(all[verb])).toMatchObject({ code: exitCode.done });
        expect(all['retry']?.text).toContain('loaded (load 1)');
      } finally {
        await locks.letGo();
        await pipeline.run(`drop role ${stranger}`);
      }
    });
  }, 60_000);

  it('where another session has the whole ledger: by its process, role, application and moment, and how to end it', async () => {
    const tables = [
      'loads',
      'slices',
      'batches',
      'rejects',
      'leases',
      'waiters',
      'operations',
      'operating',
      'migrations',
    ];
    const lock = `lock table ${tables.map((table) => `landfall.${table}`).join(', ')} in access exclusive mode`;
    await whileHeld(lock, async ({ pid }, pipeline) => {
      const all = await answers(pipeline.url, /process \d+/);
      for (const verb of ofLedger) {
        expect(all[verb]?.text, verb).toMatch(
          new RegExp(
            `holds a lock on landfall\\.\\w+:\\s+process ${pid}, role \\w+, application nightly dump, .*since 20`,
          ),
        );
        expect(all[verb]?.text, verb).toContain(`select pg_terminate_backend(${pid});`);
        if (!lasting.includes(verb)) expect(all[verb]?.code, verb).toBe(exitCode.failed);
      }
    });
  }, 60_000);

  it('where the rows of a load, of the lease and of the turn are locked: those who need them say who has them', async () => {
    const rows =
      'select from landfall.loads for update; select from landfall.leases for update; select from landfall.operating for update';
    await whileHeld(rows, async ({ pid }, pipeline) => {
      const all = await answers(
        pipeline.url,
        /process \d+|: loaded|plan: this would|again.csv: stage|waiting for files|nothing runs/,
      );
      for (const verb of ['retry', 'cancel', 'release', 'backfill'])
        expect(all[verb]?.text, verb).toContain(`process ${pid}, role`);
      for (const verb of ['status', 'list', 'explain', 'rejects', 'history', 'migrate'])
        expect(all[verb]?.code, all[verb]?.text).toBe(exitCode.done);
    });
  }, 60_000);

  it('where the target is locked: a load says who has it, and all others do not need it', async () => {
    const loads = ['load', 'plan', 'retry', 'history'];
    await whileHeld('lock table public.t in access exclusive mode', async ({ pid }, pipeline) => {
      const others = ofLedger.filter((verb) => !loads.includes(verb));
      const all = await answers(pipeline.url, /waiting for files|load|nothing runs/, others);
      for (const verb of others) expect(all[verb]?.text, verb).not.toMatch(/should not have happened|holds a lock/);
      // it says at each step that it works; the lock is met by the last of them
      const waiting = await answers(pipeline.url, /process \d+/, loads, 40_000);
      for (const verb of loads) expect(waiting[verb]?.text, verb).toContain(`process ${pid}, role`);
    });
  }, 60_000);

  it.concurrent('where another operator changes something: who, with what, since when', async () => {
    await whileHeld('select', async ({ pid, letGo }, pipeline) => {
      await pipeline.run(`update landfall.operating set token = 'x', verb = 'backfill', by = 'ann@ops', began_at = now(),
        pid = session.pid, role = session.usename, session_started_at = session.backend_start
        from pg_stat_activity as session where session.pid = ${pid}`);
      const all = await answers(pipeline.url, /ann@ops/, ['cancel', 'retry', 'release', 'backfill', 'status']);
      for (const verb of ['cancel', 'retry', 'release', 'backfill'])
        expect(all[verb]?.text, verb).toContain(`ann@ops runs backfill since 20`);
      expect(all['status']?.code).toBe(exitCode.done);
      // its session is gone, and its turn with it
      await letGo();
      expect(await answers(pipeline.url, /x/, ['release'])).toMatchObject({ release: { code: exitCode.done } });
    });
  }, 60_000);

  it.concurrent('where a pooler is paused, or the server takes connections and says nothing', async () => {
    const database = await testDatabase({ ledger: true });
    const pooler = await startPooler(database.url, 1);
    const sockets = new Set<Socket>();
    const mute = createServer((socket) => void sockets.add(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
    const url = new URL(database.url);
    const keeper = await hold(pooler.url, 'keeper', 'select');
    try {
      url.port = String((mute.address() as AddressInfo).port);
      // one after the other: all verbs at once are work for the machine, which the seconds are not about
      const paused = await answers(pooler.url, /nothing for|does not answer/);
      const silent = await answers(url.href, /nothing for|does not answer/);
      for (const verb of ofLedger) {
        expect(paused[verb]?.text, verb).toMatch(/has said nothing for 10 s|does not answer/);
        expect(silent[verb]?.text, verb).toContain('does not answer');
      }
    } finally {
      await keeper.letGo();
      await pooler.close();
      for (const socket of sockets) socket.destroy();
      mute.close();
      await database.drop();
    }
  }, 60_000);

  it.concurrent('where a migration waits: it names who holds the lock, and nobody waits behind it for long', async () => {
    const database = await testDatabase();
    const at = { connectionString: database.url, applicationName: 'test' };
    try {
      await withClient(at, async (db) => {
        for (const { name, text, sha256 } of (await readMigrations()).filter(({ name: each }) => each < '0008')) {
          await db.query(text);
          await outside(db, sql`insert into landfall.migrations (name, sha256) values (${name}, ${sha256})`);
        }
      });
      const reader = await hold(database.url, 'nightly dump', 'select from landfall.slices, landfall.loads');
      const migrating = answerOf('migrate', database.url, /x/);
      await sleep(1_500);
      const startedAt = performance.now();
      await withClient(at, (db) => outside(db, sql`select from ${ident('landfall', 'slices')}`));
      expect(performance.now() - startedAt).toBeLessThan(5_000);
      const { code, text, milliseconds } = await migrating;
      expect({ code, text }).toMatchObject({ code: exitCode.failed });
      expect(text).toContain(`process ${reader.pid}, role`);
      expect(milliseconds).toBeLessThan(15_000);
      await reader.letGo();
      expect(await answerOf('migrate', database.url, /x/)).toMatchObject({ code: exitCode.done });
    } finally {
      await database.drop();
    }
  }, 60_000);
});
