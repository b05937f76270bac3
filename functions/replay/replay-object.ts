import { TryAgain } from '../protocol/errors.ts';
import type { ReplayRequest } from '../protocol/states.ts';
import { execute, many, type Db } from '../db/client.ts';
import { ownHeaders } from '../core/format/file-columns.ts';
import { formatOf } from '../formats/format-of.ts';
import type { Load } from '../ledger/loads/load.ts';
import type { StoredReplay } from '../ledger/loads/stored-replay.ts';
import {
  type Chosen,
  type KeptReject,
  type ReplayedRecord,
  selectOpenRejects,
  updateNothingReplayed,
  updateReplayed,
} from '../ledger/rejects/replays-sql.ts';
import type { ObjectStore, WrittenRef } from '../objects/store.ts';

/** Where the records of a replay go, and come from. */
export interface ReplayDeps {
  readonly db: Db;
  readonly store: Pick<ObjectStore, 'put' | 'head'>;
  readonly place: WrittenRef;
}

/** A record for the object, and the reject that it is. */
export interface ReplayRecord {
  readonly recordNo: number;
  readonly bytes: Buffer;
  /** It has all the bytes that the quarantine keeps, and no other. */
  readonly isWhole: boolean;
}

/** What is read for a replay, page by page: records, and by word how many are left out. */
export interface ReplayPage {
  readonly records: readonly ReplayRecord[];
  readonly left: Readonly<Record<string, number>>;
}

/**
 * Writes the object that a replay is loaded from, in the format of the load that rejected its records and with its header, and
 * marks these as taken. To be called under the lease of their table: what is open then stays so. A second call writes it anew.
 */
export async function writeReplayObject(
  { loadId }: Pick<Load, 'loadId'>,
  { origin, pages }: { readonly origin: Load; readonly pages: AsyncIterable<ReplayPage> },
  { db, store, place }: ReplayDeps,
): Promise<StoredReplay> {
  const replay = { loadId, of: origin.loadId };
  const taken: ReplayedRecord[] = [];
  const left: Record<string, number> = {};
  const body = async function* (): AsyncGenerator<Buffer> {
    const { header, lineEnd } = writerOf(origin);
    yield header(ownHeaders(origin.fileColumns ?? []));
    for await (const page of pages) {
      for (const [why, records] of Object.entries(page.left)) left[why] = (left[why] ?? 0) + records;
      for (const { recordNo, isWhole } of page.records) taken.push({ recordNo, isWhole, as: taken.length + 1 });
      yield Buffer.concat(page.records.flatMap(({ bytes }) => [bytes, lineEnd]));
    }
  };
  await store.put(place, body(), 'text/plain; charset=utf-8');
  await execute(db, updateNothingReplayed(replay));
  let marked = 0;
  for (let i = 0; i < taken.length; i += markedAtOnce) {
    marked += await execute(db, updateReplayed(replay, taken.slice(i, i + markedAtOnce)));
  }
  // keepRejectsDays let some go meanwhile: nothing would be left that they could be closed under
  if (marked !== new Set(taken.map(({ recordNo }) => recordNo)).size)
    throw new TryAgain(
      `rejects of load ${origin.loadId} were deleted while they were read; what is left is read again`,
    );
  return { object: await store.head(place), records: taken.length, left };
}

/** 10,000 rejects a statement, some 0.2 s. */
const markedAtOnce = 10_000;

/** How its records were told apart. */
export function writerOf(origin: Load): ReturnType<typeof formatOf>['writer'] {
  if (origin.contract === null) throw new Error(`load ${origin.loadId} has no contract`);
  return formatOf({ ...origin, contract: origin.contract }).writer;
}

/** 200 records of 64 KiB at most are 13 MB. */
const pageRecords = 200;

/** The quarantine's own bytes of open rejects. */
export async function* keptRecords(
  db: Db,
  { of, codes = null, only = false }: Pick<ReplayRequest, 'of'> & Partial<Chosen>,
): AsyncGenerator<ReplayPage> {
  for (let after = 0; ; ) {
    const page = await many<KeptReject>(db, selectOpenRejects(of, { codes, only, after, most: pageRecords }));
    const last = page.at(-1);
    if (last === undefined) return;
    const records = page.flatMap((reject) => keptRecord(reject) ?? []);
    const unkept = page.length - records.length;
    yield { records, left: unkept === 0 ? {} : { notKept: unkept } };
    after = last.record_no;
  }
}

/** Null where not all of its bytes are kept. */
export function keptRecord({ record_no: recordNo, raw, byte_length: length }: KeptReject): ReplayRecord | null {
  if (raw === null || (length !== null && length > raw.length)) return null;
  return { recordNo, bytes: raw, isWhole: true };
}
