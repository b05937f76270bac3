import { z } from 'zod';
import { printable } from '../../core/printable.ts';
import { columns, plural, second } from '../../words/quantities.ts';
import { many } from '../../db/client.ts';
import { type Missing, selectMissing } from '../../indexes/missing-sql.ts';
import { readProgressOfLoads } from '../../ledger/batches/progress.ts';
import { signOfLife } from '../../ledger/leases/waiters.ts';
import { selectQueues, type QueueRow } from '../../ledger/leases/waiters-sql.ts';
import { type AwaitingRow, selectAwaiting } from '../../ledger/rejects/awaiting-sql.ts';
import { type PauseRow, selectPauses } from '../../ledger/operations/pauses-sql.ts';
import type { View } from '../../words/view.ts';
import { loadLines, loadLineSchema, loadTable } from '../load-lines.ts';
import { mergingLines, mergingSchema, mergingTable, runningLines, runningSchema } from '../merging-lines.ts';
import { openRejectsTable } from '../../words/summary-lines/open-rejects-lines.ts';
import { openRejectsSchema, readOpenRejects } from '../open-rejects/open-rejects.ts';
import { pauseOf, pauseSchema } from '../paused-targets.ts';
import { leaseState, readLeases } from '../running.ts';
import { selectNewestLoads, type HeldLease, type LoadRow } from '../sql.ts';
import { defineVerb } from '../verb.ts';

const ownerSchema = z.strictObject({ pid: z.int(), startedAt: z.string(), host: z.string() });
const leaseSchema = z.strictObject({
  target: z.string(),
  loadId: z.int(),
  owner: ownerSchema.nullable(),
  expiresAt: z.string(),
  state: z.enum(['held', 'gone', 'expired']),
  /** It is held to undo the load. */
  undoes: z.boolean(),
});

/** Loads that wait for a table, the oldest object first. */
const queueSchema = z.strictObject({
  target: z.string(),
  loads: z.int(),
  next: z.int(),
  /** The first hundred of them, the next one first. */
  order: z.array(z.int()),
});

/** Indexes that a load dropped before its merge and that are not back. */
const missingSchema = z.strictObject({
  target: z.string(),
  name: z.string(),
  droppedAt: z.string(),
  loadId: z.int(),
  /** Why it could not be built; null: nobody has failed to. */
  trouble: z.string().nullable(),
});

/** Loads of which rejects wait for their parents. */
const awaitingSchema = z.strictObject({
  loadId: z.int(),
  target: z.string(),
  records: z.int(),
  parents: z.array(z.string()),
  until: z.string(),
});

const statusSchema = z.strictObject({
  /** Null where there is none yet. */
  database: z.string().nullable(),
  loads: z.array(loadLineSchema),
  leases: z.array(leaseSchema),
  waiting: z.array(queueSchema),
  paused: z.array(pauseSchema),
  missingIndexes: z.array(missingSchema),
  merging: z.array(mergingSchema),
  /** How far each running load is, those that merge among them. */
  running: z.array(runningSchema),
  awaiting: z.array(awaitingSchema),
  openRejects: openRejectsSchema,
});
/** What it answers. */
export type Status = z.infer<typeof statusSchema>;

/** Running loads, who holds and who waits for which table, which ones are paused, which indexes are missing, the last ten loads. */
export const status = defineVerb({
  name: 'status',
  changes: false,
  input: z.strictObject({}),
  output: statusSchema,
  async run(_input, deps) {
    const leases = await readLeases(deps);
    const loads = await loadLines(await many<LoadRow>(deps.db, selectNewestLoads(10)), leases, deps);
    const lines = leases.map((lease) => ({ ...leaseOf(lease), state: leaseState(lease, deps) }));
    const waiting = (await many<QueueRow>(deps.db, selectQueues(signOfLife.ofExecution))).map(queueOf);
    const paused = (await many<PauseRow>(deps.db, selectPauses())).map(pauseOf);
    const missingIndexes = (await many<Missing>(deps.db, selectMissing())).map(missingOf);
    const unended = loads.filter((load) => load.running);
    const progress = await readProgressOfLoads(
      deps.db,
      unended.map(({ loadId }) => loadId),
    );
    const awaiting = (await many<AwaitingRow>(deps.db, selectAwaiting())).map(awaitingOf);
    const [merging, running] = [mergingLines(progress), runningLines(progress)];
    const openRejects = await readOpenRejects(deps.db);
    return {
      database: deps.place,
      loads,
      leases: lines,
      waiting,
      paused,
      missingIndexes,
      merging,
      running,
      awaiting,
      openRejects,
    };
  },
  show({ database, loads, leases, waiting, paused, missingIndexes, merging, awaiting, openRejects }, view) {
    const table = loads.length === 0 ? 'no loads yet\n' : loadTable(loads, view);
    const held = `${heldTable(loads, view)}${undoneTable(loads, view)}`;
    const inUse = `${mergingTable(merging)}${leaseTable(leases)}${queueTable(waiting)}${pauseTable(paused, view)}`;
    return `database  ${printable(database ?? 'none yet')}\n\n${table}${held}${openRejectsTable(openRejects, 5, view)}${awaitingTable(awaiting)}${inUse}${missingTable(missingIndexes)}`;
  },
});

function heldTable(loads: readonly z.infer<typeof loadLineSchema>[], { command }: View): string {
  const held = loads.filter(({ outcome }) => outcome === 'HELD');
  if (held.length === 0) return '';
  const rows = held.map(({ loadId, target, endedAt }) => [
    `load ${loadId}`,
    target,
    endedAt === null ? '' : `since ${second(endedAt)}`,
  ]);
  return `\nloads that wait for a yes: ${command('explain LOAD')} shows what they would do, ${command('approve LOAD')} merges\n${columns(rows)}`;
}

function undoneTable(loads: readonly z.infer<typeof loadLineSchema>[], { command }: View): string {
  const stopped = loads.filter(({ undo }) => undo === 'stopped');
  if (stopped.length === 0) return '';
  const rows = stopped.map(({ loadId, target }) => [`load ${loadId}`, target, command(`undo ${loadId}`)]);
  return `\nloads that are undone in part: their undo broke off, and goes on where it is asked for again\n${columns(rows)}`;
}

function awaitingOf(row: AwaitingRow): z.infer<typeof awaitingSchema> {
  const { load_id: loadId, target, records, awaits, awaits_until: until } = row;
  return { loadId, target, records, parents: [...awaits], until: until.toISOString() };
}

function awaitingTable(awaiting: readonly z.infer<typeof awaitingSchema>[]): string {
  if (awaiting.length === 0) return '';
  const rows = awaiting.map(({ loadId, target, records, parents, until }) => [
    `load ${loadId}`,
    target,
    plural(records, 'reject'),
    `for parents in ${parents.join(', ')}`,
    `until ${second(until)}`,
  ]);
  return `\nrejects that wait for their parents: the next load of these tables takes them up\n${columns(rows)}`;
}

function queueOf({ target, loads, in_order: order }: QueueRow): z.infer<typeof queueSchema> {
  return { target, loads, next: Number(order[0]), order: order.map(Number) };
}

type Lease = z.infer<typeof leaseSchema>;

function leaseOf({ target, load_id: loadId, owner, expires_at, undoes }: HeldLease): Omit<Lease, 'state'> {
  return { target, loadId, owner, expiresAt: expires_at.toISOString(), undoes };
}

function leaseTable(leases: readonly Lease[]): string {
  if (leases.length === 0) return '';
  const rows = leases.map((lease) => [
    lease.target,
    `load ${lease.loadId}${lease.undoes ? ', to undo it' : ''}`,
    holder(lease),
  ]);
  return `\ntables in use\n${columns(rows)}`;
}

function queueTable(waiting: readonly z.infer<typeof queueSchema>[]): string {
  if (waiting.length === 0) return '';
  const rows = waiting.map(({ target, loads, next }) => [target, plural(loads, 'load'), `load ${next} is next`]);
  return `\ntables waited for\n${columns(rows)}`;
}

function pauseTable(paused: readonly z.infer<typeof pauseSchema>[], { command }: View): string {
  if (paused.length === 0) return '';
  const rows = paused.map(({ target, by, since, why }) => [target, `since ${second(since)}`, `by ${by}`, why ?? '']);
  return `\ntables paused: nothing is merged into them until ${command('resume TARGET')}\n${columns(rows)}`;
}

function holder({ owner, expiresAt, state }: Lease): string {
  const over = state === 'held' ? '' : ', which is gone: the next load takes over at once';
  if (owner !== null) return `process ${owner.pid} on ${owner.host}${over}`;
  return state === 'held'
    ? `until ${second(expiresAt)}`
    : `until ${second(expiresAt)}, which is over: the next load takes over`;
}

function missingOf({ target, name, droppedAt, loadId, trouble }: Missing): z.infer<typeof missingSchema> {
  return { target, name, droppedAt: droppedAt.toISOString(), loadId, trouble };
}

function missingTable(missing: readonly z.infer<typeof missingSchema>[]): string {
  if (missing.length === 0) return '';
  const rows = missing.map(({ target, name, droppedAt, loadId, trouble }) => [
    `${target}: ${name}`,
    `since ${second(droppedAt)}`,
    `load ${loadId} dropped it${trouble === null ? '' : `; it could not be built: ${trouble}`}`,
  ]);
  return `\nindexes that are dropped: they come back with the load, or with the next one of their table\n${columns(rows)}`;
}
