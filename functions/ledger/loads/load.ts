import { LoadRejected } from '../../protocol/errors.ts';
import type { LoadRequest } from '../../protocol/states.ts';
import type { Outcome } from '../../protocol/outcomes.ts';
import type { Contract, FileColumn } from '../../core/contract.ts';
import type { LineEnd, SniffedFormat } from '../../core/format/file-format.ts';
import type { Live, TargetUse } from '../../core/traffic/live.ts';
import { sealOf } from '../../core/contract-hash.ts';
import { printable } from '../../core/printable.ts';
import type { Sql } from '../../core/sql.ts';
import { maybeOne, type Db } from '../../db/client.ts';
import { type DecodingStep, keepsPlaces, readSteps, rowsCounted } from '../../decoding/steps.ts';
import type { StoredObject } from '../../objects/store.ts';
import { type Member, readMembers } from '../objects/members.ts';
import { type LoadControl, loadControlOf, type LoadControlRow, type TrailerRow } from '../control/load-control.ts';
import type { Held } from './held-sql.ts';
import { selectLoad } from './loads-sql.ts';
import type { StoredIndexPlan } from './stored-index-plan.ts';
import { fileColumnsOf, type StoredColumn } from './stored-columns.ts';
import { storedObjectOf } from '../objects/stored-object.ts';
import type { StoredReplay } from './stored-replay.ts';

/**
 * A load as the ledger knows it.
 * Over 250 lines: one row with what is read of it, which every step takes in one piece.
 */
export interface Load extends LoadControl {
  readonly loadId: number;
  readonly dataset: string;
  readonly target: string;
  readonly generation: number;
  /** When it was claimed; later attempts do not change it. */
  readonly startedAt: Date;
  readonly attempt: number;
  readonly execution: string | null;
  readonly object: StoredObject;
  /** How many objects it has, of which `object` names all together (core/sets/object-set.ts); null: one. */
  readonly objectCount: number | null;
  /** How the object's bytes are decoded, outermost first; null: not at all, or not planned yet. */
  readonly decoding: readonly DecodingStep[] | null;
  /** Of a packed object: the bytes that it unpacks to, which its slices are bytes of unless they count rows; null until it was unpacked to its end. */
  readonly decodedBytes: number | null;
  /** Of an object that is not decoded: where its records end, in front of lines that are none; null: with it, or not planned yet. */
  readonly bodyEnd: number | null;
  readonly request: LoadRequest;
  readonly contract: Contract | null;
  readonly contractHash: string | null;
  readonly fileColumns: readonly FileColumn[] | null;
  readonly bodyOffset: number | null;
  readonly bodyLine: number | null;
  /** How it is read beyond what its contract says; null: as that says, or it is not planned. */
  readonly sniffed: SniffedFormat | null;
  /** Of the object's header; null until it is planned, and of loads that were planned before the ledger kept it. */
  readonly lineEnd: LineEnd | null;
  readonly epoch: string | null;
  readonly outcome: Outcome | null;
  readonly code: string | null;
  readonly message: string | null;
  /** Records in the quarantine, as they were counted at the gate or at the end. */
  readonly rejected: number;
  readonly gated: boolean;
  readonly gatedEpoch: string | null;
  readonly lanes: number | null;
  readonly isAtomic: boolean;
  /** Of several objects one that cannot be read is left out; else it refuses all. */
  readonly leavesOut: boolean;
  /** What the target showed when the load was planned; null: not planned, nobody has to look, or it was compared already. */
  readonly firstLook: TargetUse | null;
  /** Whether others use the target; null: not decided yet, or an earlier version planned it. */
  readonly live: Live | null;
  /** Of the target's indexes, as the gate decided it; null: it has none, or none was planned. */
  readonly indexes: StoredIndexPlan | null;
  /** Of a replay, once it is planned; else null. */
  readonly replay: StoredReplay | null;
  /** Rejects whose place another load took. */
  readonly closedRejects: number;
  /** Every transaction below it had ended when the gate was passed; null: it was not, or an earlier version passed it. */
  readonly gatedBelow: string | null;
  /** What a person is asked, or was, and until when; null: its gate never asked. */
  readonly held: Held | null;
  readonly heldUntil: Date | null;
  /** Who said yes, until a gate uses that up by asking again; null: nobody. */
  readonly approvedBy: string | null;
  readonly approvedAt: Date | null;
  /** Where its report lies; null until it is written. */
  readonly reportPath: string | null;
  /** It was undone, so its object may be loaded again; null: it was not. */
  readonly undoneAt: Date | null;
  /** Its journal was given up since its days were over. */
  readonly journalForgottenAt: Date | null;
}

/** How many bytes its slices cover from the first of the header on, or rows where its offsets count them; null where that is not known yet. */
export function contentBytes({ object, decoding, decodedBytes, bodyEnd }: Load): number | null {
  return keepsPlaces(decoding) ? (bodyEnd ?? object.sizeBytes) : (rowsCounted(decoding) ?? decodedBytes);
}

/** A load after PlanSlices: what the steps that work on records need. Its object is the one that its records are read from. */
export interface PlannedLoad extends Load {
  /** Of its contract. */
  readonly seal: string;
  readonly contract: Contract;
  readonly fileColumns: readonly FileColumn[];
  readonly bodyOffset: number;
  readonly bodyLine: number;
  readonly lineEnd: LineEnd;
  readonly epoch: string;
  /** Of a load that has several objects; null: it has one. */
  readonly members: readonly Member[] | null;
  /** The first slice of its object. */
  readonly firstSlice: number;
}

interface LoadRow extends LoadControlRow, TrailerRow {
  load_id: number;
  dataset: string;
  target: string;
  bucket: string;
  key: string;
  version_id: string;
  generation: number;
  etag: string | null;
  size: number;
  sequencer: string | null;
  object_modified: Date | null;
  objects: number | null;
  decoding: string | null;
  decoded_bytes: number | null;
  body_end: number | null;
  request: LoadRequest;
  contract_hash: string | null;
  started_at: Date;
  attempt: number;
  execution: string | null;
  file_columns: StoredColumn[] | null;
  body_offset: number | null;
  body_line: number | null;
  epoch: string | null;
  outcome: Outcome | null;
  code: string | null;
  message: string | null;
  rejected: number;
  gated_at: Date | null;
  gated_epoch: string | null;
  lanes: number | null;
  atomic: boolean | null;
  leaves_out: boolean | null;
  first_look: TargetUse | null;
  live: Live | null;
  indexes: StoredIndexPlan | null;
  replay: StoredReplay | null;
  closed_rejects: number | null;
  gated_below: string | null;
  held: Held | null;
  held_until: Date | null;
  approved_by: string | null;
  approved_at: Date | null;
  report_path: string | null;
  undone_at: Date | null;
  journal_forgotten_at: Date | null;
}

/** Reads a load; throws when there is none: its id came from an earlier state. */
export async function readLoad(db: Db, loadId: number): Promise<Load> {
  const load = await findLoad(db, selectLoad(loadId));
  if (load === null) throw noSuchLoad(loadId);
  return load;
}

/** No row of landfall.loads has this id. */
export function noSuchLoad(loadId: number): Error {
  return new Error(`the ledger has no load ${loadId}`);
}

/** Reads the load that a statement finds; the statement selects `*` of landfall.loads. */
export async function findLoad(db: Db, statement: Sql): Promise<Load | null> {
  const row = await maybeOne<LoadRow>(db, statement);
  return row === null ? null : loadOf(row);
}

/** Whose call it is: the load, its attempt, and the seal of the contract that this execution compiled from the catalogue. */
export interface SealedAttempt {
  readonly loadId: number;
  readonly attempt: number;
  readonly seal: string;
}

/** Reads a load that PlanSlices has planned. @throws as plannedLoad. */
export async function readPlannedLoad(db: Db, call: SealedAttempt): Promise<PlannedLoad> {
  return await plannedLoad(db, await readLoad(db, call.loadId), call);
}

/**
 * A load that PlanSlices has planned, as a step works on it; throws when it was not. Text of a contract becomes SQL, and
 * the ledger is written by whoever loads: so the contract that is read has to be the one of the seal.
 * @throws LoadRejected LEDGER_EDITED where it is another one
 */
export async function plannedLoad(db: Db, load: Load, { loadId, attempt, seal }: SealedAttempt): Promise<PlannedLoad> {
  const { contract, fileColumns, bodyOffset, bodyLine, epoch } = load;
  if (contract === null || fileColumns === null || bodyOffset === null || bodyLine === null || epoch === null) {
    throw new Error(`load ${loadId} has not been planned`);
  }
  if (sealOf(contract) !== seal) throw ledgerEdited(load, 'contract');
  const object = load.replay?.object ?? load.object;
  const members = load.objectCount === null ? null : await readMembers(db, loadId, contract);
  return {
    ...load,
    object,
    attempt,
    seal,
    contract,
    fileColumns,
    bodyOffset,
    bodyLine,
    lineEnd: load.lineEnd ?? 'lf',
    epoch,
    members,
    firstSlice: 0,
  };
}

/** What the ledger says of a load is not what was written: no step of ours does that. */
export function ledgerEdited(
  { loadId, target }: Pick<Load, 'loadId' | 'target'>,
  what: 'contract' | 'request',
): LoadRejected {
  return new LoadRejected(
    'LEDGER_EDITED',
    `the ${what} of load ${loadId} into ${printable(target)} is not the one that was written into the ledger: somebody wrote into landfall.loads. Nothing of it is used. Find out who may write there (\\dp landfall.loads in psql), then load the object again with --force, it starts anew`,
  );
}

function loadOf(row: LoadRow): Load {
  return {
    loadId: row.load_id,
    dataset: row.dataset,
    target: row.target,
    generation: row.generation,
    startedAt: row.started_at,
    attempt: row.attempt,
    execution: row.execution,
    object: storedObjectOf(row),
    objectCount: row.objects,
    decoding: row.decoding === null ? null : readSteps(row.decoding),
    decodedBytes: row.decoded_bytes,
    bodyEnd: row.body_end,
    request: row.request,
    contract: row.contract,
    contractHash: row.contract_hash,
    fileColumns: row.file_columns === null ? null : fileColumnsOf(row.file_columns, row.contract),
    bodyOffset: row.body_offset,
    bodyLine: row.body_line,
    sniffed: row.sniffed,
    lineEnd: row.line_end,
    epoch: row.epoch,
    outcome: row.outcome,
    code: row.code,
    message: row.message,
    rejected: row.rejected,
    gated: row.gated_at !== null,
    gatedEpoch: row.gated_epoch,
    lanes: row.lanes,
    isAtomic: row.atomic === true,
    leavesOut: row.leaves_out === true,
    firstLook: row.first_look,
    live: row.live,
    indexes: row.indexes,
    replay: row.replay,
    closedRejects: row.closed_rejects ?? 0,
    gatedBelow: row.gated_below,
    held: row.held,
    heldUntil: row.held_until,
    approvedBy: row.approved_by,
    approvedAt: row.approved_at,
    ...loadControlOf(row),
    reportPath: row.report_path,
    undoneAt: row.undone_at,
    journalForgottenAt: row.journal_forgotten_at,
  };
}
