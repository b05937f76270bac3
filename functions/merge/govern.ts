import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { DeadlinePassed } from '../protocol/errors.ts';
import type { governInput, governOutput } from '../protocol/states.ts';
import { printable } from '../core/printable.ts';
import { execute, many, one, type Db } from '../db/client.ts';
import { decide, goesOn, type Decision } from '../governor/decide.ts';
import { looker } from '../governor/look.ts';
import { paceAfter } from '../governor/pace.ts';
import type { Reading } from '../governor/signal.ts';
import { readLeasedLoad } from '../ledger/leases/leased-load.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import { countSlices } from '../ledger/slices/slices-sql.ts';
import {
  insertWait,
  selectWaits,
  updateSignals,
  updateWaitEnded,
  updateWaitSeen,
  type WaitRow,
} from '../ledger/waits/waits-sql.ts';
import { readHistory, wishOf } from './history.ts';
import { deadlinePassed, secondsToWait, type Waited } from './patience.ts';
import { askedOf, worstOf } from './pacer.ts';

/** What Govern needs beside its input. */
export interface GovernDeps {
  readonly db: Db;
  /** No history is counted there. */
  readonly onOneMachine: boolean;
}

/** 2.5 s: what is far beyond its limit at two looks that far apart is no moment's peak. */
const criticalApartMs = 2_500;

/**
 * The state Govern: what comes after lanes that stopped. Others are waited for by the state machine, with no transaction, lock or
 * call held; the ledger says since when, and for what.
 * @throws DeadlinePassed where they were waited for as long as the load may wait.
 */
export async function govern(
  input: z.output<typeof governInput>,
  deps: GovernDeps,
): Promise<z.input<typeof governOutput>> {
  const { db } = deps;
  const { loadId, attempt, seal, lanes } = input;
  const load = await readLeasedLoad(db, input);
  const answer = { loadId, attempt, seal };
  const waits = await many<WaitRow>(db, selectWaits(loadId));
  const open = waits.findLast(({ ended_at_ms: endedAtMs }) => endedAtMs === null) ?? null;
  const { readings, decision } = await lookAround(load, { lanes, isFirst: open === null }, db);
  await execute(db, updateSignals(load, worstOf(readings)));
  const reason = reasonToWait(readings, decision, open);
  if (reason === null) {
    await execute(db, updateWaitEnded(loadId));
    const { lanes: given } = paceAfter(await readHistory(db, loadId), wishOf(load, lanes));
    return { ...answer, lanes: upTo(given), decision: 'merge', waitSeconds: 0 };
  }
  await writeWait(load, { reason, open }, db);
  const waitSeconds = decision.isCritical ? criticalSeconds : await nextLook(load, { lanes, reason }, deps);
  return { ...answer, lanes: upTo(lanes), decision: 'wait', waitSeconds };
}

/** 300 s: the server is left alone. */
const criticalSeconds = 300;

function upTo(lanes: number): number[] {
  return Array.from({ length: lanes }, (_, lane) => lane);
}

interface Seen {
  readonly readings: readonly Reading[];
  readonly decision: Decision;
}

/** Twice where the first look says critical, as a wait begins. */
async function lookAround(
  load: PlannedLoad,
  { lanes, isFirst }: { readonly lanes: number; readonly isFirst: boolean },
  db: Db,
): Promise<Seen> {
  const look = looker();
  const history = await readHistory(db, load.loadId);
  const seen = async (): Promise<Seen> => {
    const readings = await look(db, askedOf(load));
    const wish = wishOf(load, lanes);
    const decision = decide({ readings, history, wish, walBytesARow: null, rowsSinceLook: 0 });
    return { readings: decision.readings, decision };
  };
  const first = await seen();
  if (!first.decision.isCritical || !isFirst) return first;
  await sleep(criticalApartMs);
  return await seen();
}

/** What stops it, or what stopped it and is not well again; null: nothing. */
function reasonToWait(readings: readonly Reading[], { stop }: Decision, open: WaitRow | null): Reading | null {
  if (stop !== null || open === null || goesOn(readings, open.signal, 1_000 * open.seconds)) return stop;
  return readings.find(({ signal, health }) => signal === open.signal && health === 'slow') ?? null;
}

/** Another reason is another wait, so that each has its own seconds. */
async function writeWait(
  load: PlannedLoad,
  { reason, open }: { readonly reason: Reading; readonly open: WaitRow | null },
  db: Db,
): Promise<void> {
  if (open?.signal === reason.signal) {
    await execute(db, updateWaitSeen(load.loadId, reason.figure));
    return;
  }
  await execute(db, updateWaitEnded(load.loadId));
  await execute(db, insertWait(load, reason));
}

async function nextLook(
  load: PlannedLoad,
  { lanes, reason }: { readonly lanes: number; readonly reason: Reading },
  { db, onOneMachine }: GovernDeps,
): Promise<number> {
  const { slices } = await one<{ slices: number }>(db, countSlices(load.loadId));
  const waits = await many<WaitRow>(db, selectWaits(load.loadId));
  const { deadlineMinutes } = load.contract.traffic ?? {};
  const waited: Waited = {
    waits: waits.map(({ signal, seconds, looks }) => ({ signal, seconds, looks })),
    lanes: load.lanes ?? lanes,
    slices,
    onOneMachine,
    ...(deadlineMinutes === undefined ? {} : { deadlineMinutes }),
  };
  const passed = deadlinePassed(waited);
  if (passed !== null) {
    await execute(db, updateWaitEnded(load.loadId));
    throw new DeadlinePassed(wordsOfDeadline(load, { passed, reason }));
  }
  return secondsToWait(waited);
}

function wordsOfDeadline(
  { loadId, target }: PlannedLoad,
  { passed, reason: { signal, figure } }: { readonly passed: string; readonly reason: Reading },
): string {
  return `${passed}: ${printable(signal)}: ${printable(figure)}. What is merged into ${printable(target)} stays. Once others no longer need the server, landfall retry ${loadId}, or the same command again, goes on where it stopped; --deadline-minutes gives it more time to wait`;
}
