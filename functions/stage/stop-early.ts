import { LoadRejected } from '../protocol/errors.ts';
import { isLoadCode } from '../protocol/load-codes.ts';
import type { Refusal } from '../words/nothing-accepted.ts';
import { count, plural } from '../words/quantities.ts';
import { keptBytesAtMost } from '../compile/declaration/limits.ts';
import { tooManyRejects } from '../words/too-many-rejects.ts';
import { type Db, execute, many, one, transaction } from '../db/client.ts';
import { assertAttempt, assertEpoch } from '../ledger/loads/attempts.ts';
import { rejectsByCode } from '../ledger/loads/gate-sql.ts';
import {
  type ReadSoFar,
  selectFirstRejects,
  selectReadSoFar,
  selectUnsoundSlices,
  type UnsoundSlice,
  updateKnownRejects,
} from '../ledger/rejects/known-rejects-sql.ts';
import { placesIn, rowsCounted } from '../decoding/steps.ts';
import { formatOf } from '../formats/format-of.ts';
import { contentBytes, type PlannedLoad } from '../ledger/loads/load.ts';
import { selectLoadForUpdate, updateRefusal } from '../ledger/loads/loads-sql.ts';
import { forgetSliceRejects, quarantine, countSliceRejects } from '../ledger/rejects/rejects.ts';
import { unsoundRecords } from '../ledger/slices/unsound-sql.ts';

/**
 * Before a slice is staged: where the part that was read already has more rejects than the dataset takes, whatever the table
 * says of them and of what follows, the load ends here. One look at the ledger, and none where there is no limit; slices that
 * are in work at the same time are staged to their end. The rejects that are known go into the quarantine.
 * @throws {LoadRejected} TOO_MANY_REJECTS
 */
export async function assertMayGoOn(db: Db, load: PlannedLoad): Promise<void> {
  const { hold, limits } = load.contract;
  const { maxRejects, maxRejectShare } = limits;
  // a person who may say yes is told of the whole load
  if (load.gated || hold !== undefined || (maxRejects === null && maxRejectShare === null)) return;
  const read = await one<ReadSoFar>(db, selectReadSoFar(load));
  if (refusalOf(load, read, '') === null) return;
  const { code, message } = await refuse(db, load);
  throw new LoadRejected(code, message);
}

/** A record and its line end: what is left of the content has no more records than half its bytes, and nobody knows how many where its length is not known yet. */
const leastRecordBytes = 2;

function refusalOf(
  load: PlannedLoad,
  { records, rejected, end_offset: end }: ReadSoFar,
  words: string,
): Refusal | null {
  const least = rowsCounted(load.decoding) === null ? leastRecordBytes : 1;
  const left = Math.ceil(Math.max(0, (contentBytes(load) ?? Infinity) - end) / least);
  const { contract, loadId } = load;
  const [refusal] = tooManyRejects(contract, {
    loadId,
    records: records + left,
    rejected,
    part: { words, isRead: false },
  });
  return refusal ?? null;
}

/** In one transaction, with the load locked: of two workers that find the same, the second one answers what the first one said. */
async function refuse(db: Db, load: PlannedLoad): Promise<Refusal> {
  const { loadId, attempt } = load;
  return await transaction(db, { lockTimeoutMs: 30_000 }, async () => {
    const standing = await one<{ code: string | null; message: string | null }>(db, selectLoadForUpdate(loadId));
    await assertAttempt(db, load);
    if (isLoadCode(standing.code)) return { code: standing.code, message: standing.message ?? '' };
    await assertEpoch(db, load);
    const read = await one<ReadSoFar>(db, selectReadSoFar(load));
    for (const slice of await many<UnsoundSlice>(db, selectUnsoundSlices(load))) await keepUnsound(db, load, slice);
    const refusal = refusalOf(load, read, await wordsOf(db, load, read));
    if (refusal === null) throw new Error(`load ${loadId}: slices that were staged are gone while it is refused`);
    await execute(db, updateRefusal(loadId, attempt, refusal.code, refusal.message));
    return refusal;
  });
}

/** Its slice is not judged: a later attempt would find the rest. */
async function keepUnsound(db: Db, { loadId, bodyLine, contract }: PlannedLoad, found: UnsoundSlice): Promise<void> {
  const { slice, base_record: baseRecord, base_line: lines, records } = found;
  const maxKeptBytes = keptBytesAtMost(contract.limits);
  const base = { loadId, slice, baseRecord, baseLine: bodyLine - 1 + lines, records, maxKeptBytes };
  await forgetSliceRejects(db, base);
  await quarantine(db, base, unsoundRecords(loadId, slice), false);
  await countSliceRejects(db, base, null);
}

const placesShown = 3;

/** How far the file was read, and what was found there. */
async function wordsOf(db: Db, load: PlannedLoad, read: ReadSoFar): Promise<string> {
  const { loadId } = load;
  const counted = await one<{ rejects_by_code: readonly { readonly code: string; readonly rejects: number }[] }>(
    db,
    updateKnownRejects(loadId, read, rejectsByCode(loadId)),
  );
  const places = await many<{ line: number; byte_offset: number }>(db, selectFirstRejects(loadId, placesShown));
  const { place } = formatOf(load);
  const faults = counted.rejects_by_code.map(({ code, rejects }) => `${code} ${count(rejects)}`).join(', ');
  const firsts = places.map(({ line, byte_offset: byteOffset }) => place({ line, byteOffset })).join(', ');
  return `staging stopped there, so the counts are those of the ${plural(read.records, 'record')} ${readUpTo(load, read)}, and of faults that no table could take: ${faults}, the first at ${firsts}`;
}

function readUpTo(load: PlannedLoad, { end_offset: end, slices, of }: ReadSoFar): string {
  const bytes = contentBytes(load);
  const unpacked = placesIn(load.decoding);
  if (rowsCounted(load.decoding) !== null) return `up to row ${end} of ${bytes} (${slices} of ${of} slices)`;
  return bytes === null
    ? `up to byte ${end}${unpacked}`
    : `up to byte ${end} of ${bytes}${unpacked} (${slices} of ${of} slices)`;
}
