import { SLICE_BYTES } from '../../compile/declaration/limits.ts';
import { LoadRejected } from '../../protocol/errors.ts';
import type { StageItem } from '../../protocol/states.ts';
import { shownObject } from '../../core/object-url.ts';
import type { FileColumn } from '../../core/contract.ts';
import { namesColumns } from '../../core/format/file-format.ts';
import { execute, many, transaction } from '../../db/client.ts';
import { isDeepStrictEqual } from 'node:util';
import { writtenSteps } from '../../decoding/steps.ts';
import { assertAttempt } from '../../ledger/loads/attempts.ts';
import type { Load } from '../../ledger/loads/load.ts';
import { updatePlan } from '../../ledger/loads/loads-sql.ts';
import { type Member, readMembers } from '../../ledger/objects/members.ts';
import {
  type PlannedObject,
  type RefusedObject,
  updateObjectPlans,
  updateObjectsRefused,
} from '../../ledger/objects/objects-sql.ts';
import { insertSlices, selectSlices, type SliceRow } from '../../ledger/slices/slices-sql.ts';
import { beginEpoch } from '../../ledger/staging/epochs.ts';
import { isRejectsFile } from '../../replay/mended-header.ts';
import type { ObjectStore, StoredObject } from '../../objects/store.ts';
import { type ObjectHead, readObjectHead } from '../object-head.ts';
import { type LookedAt, type ObjectPlan, planObject, type PlanObjectDeps } from '../planning/plan-object.ts';
import { stageItems } from '../planning/stage-items.ts';
import { type CutObjects, cutObjects, leastSliceBytes, type PlannedMember } from '../planning/cut-objects.ts';
import { formatToLookBy } from '../undeclared-json.ts';

/** Heads that are read at the same time, of 1 MiB at most each: those of 10,000 objects, of some 60 ms each, take 40 s. */
const headsAtOnce = 16;

/**
 * The plan of a load of several objects, but for those that are left out: each has its header found by name, all are read in the format
 * that the first one shows, and all fill the same columns. One that cannot be read refuses the load, and is named; or it is left out, as is asked,
 * where another can be.
 */
export async function planObjects(load: Load, attempt: number, deps: PlanObjectDeps): Promise<readonly StageItem[]> {
  const { db } = deps;
  const members = (await readMembers(db, load.loadId, load.contract)).filter(({ loadedBy }) => loadedBy === null);
  const { planned, refused } = await planEach(load, members, deps);
  const [first] = planned;
  if (first === undefined) throw new Error(`load ${load.loadId} has no object left`);
  const { ranges: _ranges, ...plan } = first.plan;
  const asked = load.request.sliceBytes ?? load.contract?.limits.sliceBytes ?? SLICE_BYTES;
  const cut = cutObjects(planned, Math.max(asked, leastSliceBytes(members)));
  return await transaction(db, {}, async () => {
    await execute(
      db,
      updatePlan({
        loadId: load.loadId,
        epoch: await beginEpoch(db, load),
        ...plan,
        // each object has its own
        trailer: null,
        bodyEnd: null,
        decoding: plan.decoding === null ? null : writtenSteps(plan.decoding),
        leavesOut: leavesOutRefused(load, deps.datasets),
      }),
    );
    await execute(
      db,
      updateObjectPlans(
        load.loadId,
        planned.map((each) => storedPlan(load, each, { first, cut })),
      ),
    );
    if (refused.length > 0) await execute(db, updateObjectsRefused(load.loadId, refused));
    await execute(db, insertSlices(load.loadId, cut.slices));
    await assertAttempt(db, { loadId: load.loadId, attempt });
    return stageItems(await many<SliceRow>(db, selectSlices(load.loadId)));
  });
}

async function planEach(
  load: Load,
  members: readonly Member[],
  deps: PlanObjectDeps,
): Promise<{ readonly planned: readonly PlannedMember[]; readonly refused: readonly RefusedObject[] }> {
  const refusals: LoadRejected[] = [];
  const refused: RefusedObject[] = [];
  const leavesOut = leavesOutRefused(load, deps.datasets);
  /** The answer for one object; null: it is left out. */
  const unlessRefused = async <T>({ ordinal }: Member, plan: () => Promise<T>): Promise<T | null> => {
    try {
      return await plan();
    } catch (error) {
      if (!leavesOut || !(error instanceof LoadRejected)) throw error;
      refusals.push(error);
      refused.push({ ordinal, code: error.code, message: error.message });
      return null;
    }
  };
  const leastBytes = leastSliceBytes(members);
  const planned: PlannedMember[] = [];
  for (let at = 0; at < members.length; at += headsAtOnce) {
    const some = members.slice(at, at + headsAtOnce);
    const looked = await Promise.all(
      some.map(async (member) => await unlessRefused(member, async () => await lookAt(load, member, deps))),
    );
    // one after the other, since they share a connection
    for (const each of looked) {
      if (each === null) continue;
      const [first] = planned;
      const known =
        first === undefined
          ? { leastBytes }
          : { leastBytes, sniffed: first.plan.sniffed, askedColumns: first.plan.fileColumns };
      const one = await unlessRefused(each.member, async () => {
        const own = { member: each.member, plan: await planOne(load, each, known, deps) };
        if (first !== undefined) requireSameColumns(first, own);
        return own;
      });
      if (one !== null) planned.push(one);
    }
  }
  const [refusal] = refusals;
  if (planned.length === 0 && refusal !== undefined) throw refusal;
  return { planned, refused };
}

/** As it is asked for, or declared; and where nobody says so, of what came by itself within a window: others have nothing to do with one that is bad. */
function leavesOutRefused({ request }: Load, datasets: PlanObjectDeps['datasets']): boolean {
  const declared = datasets.find(({ name }) => name === request.dataset)?.refusedObjects;
  return (
    (request.refusedObjects ?? declared ?? (request.window === undefined ? 'refuse' : 'leave-out')) === 'leave-out'
  );
}

interface Looked {
  readonly member: Member;
  readonly looked: ObjectHead & { readonly store: ObjectStore };
}

async function lookAt(load: Load, member: Member, { storeFor }: PlanObjectDeps): Promise<Looked> {
  const { object } = member;
  return await named(object, async () => {
    const store = await storeFor(object.bucket);
    const head = await readObjectHead(store, object, {
      declared: load.contract?.decoding,
      format: formatToLookBy({ ...load, object }),
      headerOnly: true,
    });
    if (head.decoding === null && isRejectsFile(head.head))
      throw new LoadRejected('REPLAY_REFUSED', 'it is a rejects.csv: landfall replay takes it');
    return { member, looked: { ...head, store } };
  });
}

async function planOne(
  load: Load,
  { member: { object }, looked }: Looked,
  known: Pick<LookedAt, 'leastBytes' | 'sniffed' | 'askedColumns'>,
  deps: PlanObjectDeps,
): Promise<ObjectPlan> {
  return await named(object, async () => await planObject(load, object, { ...looked, ...known }, deps));
}

/** A refusal names the object. */
async function named<T>(object: StoredObject, plan: () => Promise<T>): Promise<T> {
  try {
    return await plan();
  } catch (error) {
    if (!(error instanceof LoadRejected)) throw error;
    const name = shownObject(object);
    throw error.message.includes(name)
      ? error
      : new LoadRejected(error.code, `${name}: ${error.message}`, { cause: error });
  }
}

/** The statements of a load are over all its records: a column that one object fills and another does not would mean two things in them. */
function requireSameColumns(first: PlannedMember, other: PlannedMember): void {
  const had = filled(first.plan.fileColumns);
  const has = filled(other.plan.fileColumns);
  const lacking = [...had].filter((name) => !has.has(name));
  const more = [...has].filter((name) => !had.has(name));
  if (lacking.length === 0 && more.length === 0) return;
  const name = shownObject(other.member.object);
  const differs = lacking.length > 0 ? `${name} lacks ${lacking.join(', ')}` : `${name} has ${more.join(', ')}`;
  throw new LoadRejected(
    'OTHER_COLUMNS',
    `${differs}, and ${shownObject(first.member.object)}, the first object of the load, ${lacking.length > 0 ? 'does not' : 'has not'}: objects that are loaded together fill the same columns. Load it apart, or have the source write the same columns into all`,
  );
}

function filled(columns: readonly FileColumn[]): ReadonlySet<string> {
  return new Set(columns.flatMap(({ column }) => column?.name ?? []));
}

function storedPlan(
  { contract }: Load,
  { member: { ordinal }, plan }: PlannedMember,
  { first, cut }: { readonly first: PlannedMember; readonly cut: CutObjects },
): PlannedObject {
  const { decoding, decodedBytes, bodyEnd, bodyOffset, bodyLine, lineEnd, fileColumns, sniffed } = plan;
  if (contract === null) throw new Error('a load without a contract has no plan');
  const inRecords = namesColumns(sniffed?.format ?? contract.format);
  return {
    ordinal,
    decoding: decoding === null ? null : writtenSteps(decoding),
    decodedBytes,
    bodyEnd,
    bodyOffset,
    bodyLine,
    lineEnd,
    // those of thousands are read at every step
    fileColumns: inRecords || isDeepStrictEqual(fileColumns, first.plan.fileColumns) ? null : fileColumns,
    run: cut.runs.get(ordinal) ?? null,
  };
}
