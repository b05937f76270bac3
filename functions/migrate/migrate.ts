import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { trustedSql } from '../core/sql.ts';
import { execute, many, transaction, type Db } from '../db/client.ts';
import { isLockConflict, sqlState } from '../db/errors.ts';
import type { LedgerOwner } from '../ledger/trust/ledger-roles-sql.ts';
import { ledgerFaults, requireNoForeign, requireNone } from '../ledger/trust/trusted-ledger.ts';
import { insertApplied, lockMigrations, selectApplied } from './migrations-sql.ts';

/** One file of migrations/; the hash, in hex, tells whether it was changed after it was applied. */
export interface Migration {
  readonly name: string;
  readonly text: string;
  readonly sha256: string;
}

/** 3 s: who waits for an ALTER TABLE that waits itself, behind a long reader, waits no longer; then everybody else is let through. */
const lockTimeoutMs = 3_000;
const pauseMs = 1_000;
/** 6 s: two tries, so that a person is answered within 15 s. */
const patienceOfPersonMs = 6_000;

/**
 * Brings the ledger to this version: numbered files, forward only, all in one transaction; safe when two run at once. A lock
 * that others hold is asked for again until the patience is over. A ledger that is there is read only where it may be trusted,
 * and none is left behind that may not. Answers the names that were applied; empty when the ledger was up to date.
 * @param owner the role that may own it beside whoever migrates; null: none was named.
 * @throws Error when the ledger is newer than this code, or an applied file was changed afterwards; LedgerUntrusted.
 */
export async function migrate(
  db: Db,
  owner: LedgerOwner = null,
  patienceMs: number = patienceOfPersonMs,
): Promise<{ readonly applied: readonly string[] }> {
  const migrations = await readMigrations();
  const until = performance.now() + patienceMs;
  for (let tries = 1; ; tries += 1) {
    const pending = await transaction(db, {}, () => trustedPending(db, owner, migrations));
    if (pending.length === 0) return { applied: [] };
    try {
      return { applied: await applyPending(db, { owner, migrations, hasLedger: pending.length < migrations.length }) };
    } catch (error) {
      const isPassing = isLockConflict(error) ? performance.now() < until : isOvertaken(error) && tries <= 3;
      if (!isPassing) throw error;
      await sleep(pauseMs * (0.5 + Math.random() / 2));
    }
  }
}

/**
 * Two at once: the second waits for the first, and then finds everything done. Where there is a ledger the lock is one that
 * needs rights on it; where there is none, both make the same schema, and one of them fails on its name.
 */
async function applyPending(
  db: Db,
  found: { readonly owner: LedgerOwner; readonly migrations: readonly Migration[]; readonly hasLedger: boolean },
): Promise<readonly string[]> {
  const { owner, migrations, hasLedger } = found;
  return await transaction(db, { lockTimeoutMs, idleTimeoutMs: 0, isLong: true }, async () => {
    if (hasLedger) await execute(db, lockMigrations);
    const pending = await trustedPending(db, owner, migrations);
    for (const migration of pending) await apply(db, migration);
    await takeBack(db, owner);
    const { shape } = await requireNoForeign(db, owner);
    requireNone(shape);
    return pending.map(({ name }) => name);
  });
}

/** What the owner's default privileges gave others on the tables that were just made: before, there was nothing to take back. */
async function takeBack(db: Db, owner: LedgerOwner): Promise<void> {
  const { foreign } = await ledgerFaults(db, owner);
  const statements = foreign.flatMap(({ fix }) => (fix?.startsWith('revoke ') === true ? [fix] : []));
  for (const statement of statements) await execute(db, trustedSql(statement));
}

/** unique_violation, duplicate_schema, duplicate_table: another migration was faster. */
function isOvertaken(error: unknown): boolean {
  return ['23505', '42P06', '42P07'].includes(sqlState(error) ?? '');
}

/** What has yet to be applied to a ledger that may be trusted; where nothing has, it is of this version's shape. */
async function trustedPending(
  db: Db,
  owner: LedgerOwner,
  migrations: readonly Migration[],
): Promise<readonly Migration[]> {
  const { isThere, shape } = await requireNoForeign(db, owner);
  if (!isThere) return migrations;
  const pending = pendingOf(migrations, await readApplied(db));
  if (pending.length === 0) requireNone(shape);
  return pending;
}

/**
 * The numbered files of migrations/, in order: the folder beside this file, and in a bundle the one beside that.
 * @throws Error where there are none: a bundle without them must not pass for one that has nothing to do.
 */
export async function readMigrations(): Promise<readonly Migration[]> {
  const folder = new URL('./migrations/', import.meta.url);
  const found = await readdir(folder).catch((error: unknown) => {
    throw new Error('the folder migrations/ is not beside the code that applies it', { cause: error });
  });
  const names = found.filter((name) => /^\d{4}_\w+\.sql$/.test(name)).toSorted();
  if (names.length === 0) throw new Error('the folder migrations/ holds no numbered file');
  return await Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, folder), 'utf8');
      return { name, text, sha256: createHash('sha256').update(text).digest('hex') };
    }),
  );
}

interface Applied {
  readonly name: string;
  readonly sha256: string;
}

/** Of a ledger that is there. */
async function readApplied(db: Db): Promise<readonly Applied[]> {
  return await many<Applied>(db, selectApplied);
}

function pendingOf(migrations: readonly Migration[], applied: readonly Applied[]): readonly Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, sha256 } of applied) {
    const migration = known.get(name);
    if (migration === undefined) {
      throw new Error(
        `the ledger holds migration ${name}, which this version does not know: the ledger is newer; use a newer landfall`,
      );
    }
    if (migration.sha256 !== sha256) {
      throw new Error(
        `migration ${name} was changed after it was applied: migrations are forward only; put it back and add a new file`,
      );
    }
  }
  const done = new Set(applied.map(({ name }) => name));
  return migrations.filter(({ name }) => !done.has(name));
}

async function apply(db: Db, migration: Migration): Promise<void> {
  await db.query(migration.text);
  await execute(db, insertApplied(migration.name, migration.sha256));
}
