import { execute, one, transaction, type Db } from '../../db/client.ts';
import { assertAttempt } from '../../ledger/loads/attempts.ts';
import type { PlannedLoad } from '../../ledger/loads/load.ts';
import { membersOfRun } from '../../ledger/objects/member-load.ts';
import type { Member } from '../../ledger/objects/members.ts';
import { updateObjectsRefused } from '../../ledger/objects/objects-sql.ts';
import { selectSliceForUpdate, type SliceRow } from '../../ledger/slices/slices-sql.ts';
import { shownObject } from '../../core/object-url.ts';
import { LoadRejected } from '../../protocol/errors.ts';

/** Runs what reads an object, and remembers whose its refusal is. */
export type Reading = <T>(member: Pick<Member, 'ordinal'>, read: () => Promise<T>) => Promise<T>;

/**
 * Stages a slice. Where one of them cannot be read, and its load leaves such out, that is noted of it once the transaction of its
 * slice is rolled back; answers its ordinal then, and null where all were read. Past the gate nothing is left out, since rows of it may be
 * merged.
 * @throws {LoadRejected} where it refuses the load
 */
export async function leavingOut(
  { load, slice }: { readonly load: PlannedLoad; readonly slice: number },
  db: Db,
  stage: (reading: Reading) => Promise<void>,
): Promise<number | null> {
  let of: number | null = null;
  const reading: Reading = async ({ ordinal }, read) => {
    try {
      return await read();
    } catch (error) {
      if (error instanceof LoadRejected) of = ordinal;
      throw error;
    }
  };
  try {
    await stage(reading);
    return null;
  } catch (error) {
    const ordinal = of;
    if (!(error instanceof LoadRejected) || ordinal === null) throw error;
    const refusal = named(load, ordinal, error);
    if (!load.leavesOut || load.gated) throw refusal;
    await transaction(db, { lockTimeoutMs: 30_000 }, async () => {
      const row = await one<SliceRow>(db, selectSliceForUpdate(load.loadId, slice));
      // another call of the same slice could read it, and its receipt holds its records
      if (row.stagedAt === null || row.epoch !== load.epoch) await leaveOut(load, db, ordinal, refusal);
      await assertAttempt(db, load);
    });
    return ordinal;
  }
}

/** Notes that an object cannot be read, and why. Compose empties what slices of its own were staged already. */
export async function leaveOut(
  load: Pick<PlannedLoad, 'loadId'>,
  db: Db,
  ordinal: number,
  { code, message }: Pick<LoadRejected, 'code' | 'message'>,
): Promise<void> {
  await execute(db, updateObjectsRefused(load.loadId, [{ ordinal, code, message }]));
}

/** Ordinals of the objects that are left out so far. */
export function leftOutOf({ members }: Pick<PlannedLoad, 'members'>): Set<number> {
  return new Set((members ?? []).filter(({ isRefused }) => isRefused).map(({ ordinal }) => ordinal));
}

/** Whether a slice is of an object that is left out. One that objects share is of those that are not. */
export function isOfLeftOut(
  load: Pick<PlannedLoad, 'members'>,
  leftOut: ReadonlySet<number>,
  { slice, object }: Pick<SliceRow, 'slice' | 'object'>,
): boolean {
  return object !== null && leftOut.has(object) && membersOfRun(load, slice).length === 0;
}

/** A refusal names the object. */
function named({ members }: PlannedLoad, ordinal: number, error: LoadRejected): LoadRejected {
  const object = members?.find((member) => member.ordinal === ordinal)?.object;
  const name = object === undefined ? null : shownObject(object);
  return name === null || error.message.includes(name)
    ? error
    : new LoadRejected(error.code, `${name}: ${error.message}`, { cause: error });
}
