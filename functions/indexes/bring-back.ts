import { setTimeout as sleep } from 'node:timers/promises';
import { execute, many, maybeOne, type Db } from '../db/client.ts';
import { isLockConflict, isTransient, namesNoValue, sqlState } from '../db/errors.ts';
import { runInOneMessage } from '../db/one-message.ts';
import { adoptStatements, besideStatements, type BuildMemory, buildStatements } from './build-sql.ts';
import { isIndexDefinition } from './definition.ts';
import { buildName, type Missing, selectBuilding, selectFree, selectMissing, updateTrouble } from './missing-sql.ts';
import { type ConnectAs, isOwnSession, runBeside } from './own-session.ts';

/** What bringing indexes back needs. */
export interface BringBackDeps {
  readonly db: Db;
  readonly connectAs: ConnectAs;
  /** Milliseconds that may be spent here. */
  readonly millisecondsLeft: () => number;
  readonly lockTimeoutMs: number;
  /** Others use the table, also where nobody did when the index was dropped. */
  readonly isLive: boolean;
  readonly memory: BuildMemory | null;
  /** Asked before each build: others come first for now. */
  readonly othersFirst?: (missing: Missing) => Promise<boolean>;
}

/** done: none is missing but those that cannot be built. wait: one is being built; come back after so many seconds. */
export type BroughtBack = { readonly kind: 'done' } | { readonly kind: 'wait'; readonly waitSeconds: number };

/** As long as a lag or a queue takes to shrink. */
const othersSeconds = 10;

/** A build that others hold up is begun again for so long before somebody is told to come back. */
const lockPatienceMs = 20_000;

/** Builds one after another what is missing of a target, or of all; what cannot be built is written down with its reason. */
export async function bringBack(target: string | null, deps: BringBackDeps): Promise<BroughtBack> {
  for (const missing of await many<Missing>(deps.db, selectMissing(target))) {
    if (!missing.isThere && (await deps.othersFirst?.(missing)) === true)
      return { kind: 'wait', waitSeconds: othersSeconds };
    const outcome = await bringBackOne(missing, deps);
    if (outcome === 'held up') return { kind: 'wait', waitSeconds: othersSeconds };
    if (outcome === 'building') return { kind: 'wait', waitSeconds: await secondsToWait(missing, deps) };
  }
  return { kind: 'done' };
}

async function bringBackOne(missing: Missing, deps: BringBackDeps): Promise<'over' | 'building' | 'held up'> {
  const { db, millisecondsLeft } = deps;
  const until = Math.min(lockPatienceMs, millisecondsLeft());
  const startedAt = performance.now();
  for (let conflicts = 0; ; conflicts += 1) {
    if ((await maybeOne(db, selectFree(missing.indexId))) === null) return 'building';
    try {
      return (await buildWhileThereIsTime(missing, deps)) ? 'over' : 'building';
    } catch (error) {
      if (isLockConflict(error)) {
        if (performance.now() - startedAt > until) return 'held up';
        await sleep(Math.random() * Math.min(2_000, 50 * 2 ** conflicts));
        continue;
      }
      if (sqlState(error) === null || isTransient(error)) throw error;
      await execute(db, updateTrouble(missing.indexId, reason(error)));
      return 'over';
    }
  }
}

/** A timer takes no more milliseconds: 24 days. */
const longestTimer = 2 ** 31 - 1;

/** False: time is up, and the server goes on building. */
async function buildWhileThereIsTime(missing: Missing, deps: BringBackDeps): Promise<boolean> {
  const { connectAs, millisecondsLeft } = deps;
  if (!missing.isThere && !isIndexDefinition(missing.definition)) {
    await execute(
      deps.db,
      updateTrouble(missing.indexId, 'its definition in landfall.indexes is no statement that creates one index'),
    );
    return true;
  }
  const built = connectAs(buildName(missing.indexId), (own) => build(own, missing, deps));
  const over = new AbortController();
  const late = sleep(Math.min(longestTimer, Math.max(0, millisecondsLeft())), false, { signal: over.signal }).catch(
    () => false,
  );
  // whoever has stopped to wait for it hears nothing of its end
  built.catch(() => undefined);
  try {
    return await Promise.race([built, late]);
  } finally {
    over.abort();
  }
}

/** False: another session works on it. */
async function build(own: Db, missing: Missing, { lockTimeoutMs, isLive, memory }: BringBackDeps): Promise<boolean> {
  const startedAt = performance.now();
  if (!missing.isThere && !missing.isPartitioned && (isLive || missing.isConcurrent) && (await isOwnSession(own))) {
    if (!(await runBeside(own, missing.indexId, besideStatements(missing, memory)))) return false;
    const seconds = (performance.now() - startedAt) / 1_000;
    await runInOneMessage(own, { lockTimeoutMs }, adoptStatements(missing, seconds));
    return true;
  }
  await runInOneMessage(
    own,
    { lockTimeoutMs },
    missing.isThere ? adoptStatements(missing) : buildStatements(missing, memory),
  );
  return true;
}

/** A fifth of the time for which it has been building: a second at the least, five minutes at the most. */
async function secondsToWait({ indexId }: Missing, { db }: BringBackDeps): Promise<number> {
  const [building] = await many<{ seconds: number }>(db, selectBuilding(indexId));
  return Math.min(300, Math.max(1, Math.round((building?.seconds ?? 0) / 5)));
}

/** Another relation of the schema has the name. */
const DUPLICATE_TABLE = '42P07';

/** An expression of an index fails on a row, and its words quote it. */
function reason(error: unknown): string {
  const state = sqlState(error) ?? '';
  if (state === DUPLICATE_TABLE) return `${state}: something else has its name: rename it, or drop it`;
  return namesNoValue(error) && error instanceof Error
    ? `${state}: ${error.message}`
    : `SQLSTATE ${state}: the server's log has its words, which may quote a row`;
}
