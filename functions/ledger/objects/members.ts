import type { Contract, FileColumn } from '../../core/contract.ts';
import type { LineEnd } from '../../core/format/file-format.ts';
import { many, type Db } from '../../db/client.ts';
import { type DecodingStep, readSteps } from '../../decoding/steps.ts';
import type { StoredObject } from '../../objects/store.ts';
import { fileColumnsOf } from '../loads/stored-columns.ts';
import { storedObjectOf } from './stored-object.ts';
import { type ObjectRow, selectObjects } from './objects-sql.ts';

/** One object of a load that has several. */
export interface Member {
  /** From 1. */
  readonly ordinal: number;
  readonly object: StoredObject;
  /** The load that had loaded it before, so that it is left out; null: it belongs to this one. */
  readonly loadedBy: number | null;
  /** It cannot be read, and is left out. */
  readonly isRefused: boolean;
  /** Null until it is planned, and of one that is left out. */
  readonly plan: MemberPlan | null;
}

/** Its place in a slice that it shares with others. */
export interface InRun {
  readonly slice: number;
  /** As the slice's receipt has it; null until that is written. */
  readonly staged: {
    /** An offset in the slice is one in the object and so many more. */
    readonly shift: number;
    /** Records of the slice that stand in objects before it, and its own. */
    readonly before: number;
    readonly records: number;
  } | null;
}

/** How it is read: as a load of one object has it. */
export interface MemberPlan {
  readonly decoding: readonly DecodingStep[] | null;
  readonly decodedBytes: number | null;
  readonly bodyEnd: number | null;
  readonly bodyOffset: number;
  readonly bodyLine: number;
  readonly lineEnd: LineEnd;
  /** Null: they are those of the load. */
  readonly fileColumns: readonly FileColumn[] | null;
  /** The first of its slices; null: it has none of its own. */
  readonly firstSlice: number | null;
  /** Null: its slices are its own. */
  readonly inRun: InRun | null;
}

/** The objects of a load that has several, in their order. */
export async function readMembers(db: Db, loadId: number, contract: Contract | null): Promise<readonly Member[]> {
  const rows = await many<ObjectRow>(db, selectObjects(loadId));
  return rows.map((row) => ({
    ordinal: row.ordinal,
    object: storedObjectOf(row),
    loadedBy: row.loaded_by,
    isRefused: row.refused_code !== null,
    plan: planOf(row, contract),
  }));
}

function planOf(row: ObjectRow, contract: Contract | null): MemberPlan | null {
  const { body_offset: bodyOffset, body_line: bodyLine, line_end: lineEnd } = row;
  if (bodyOffset === null || bodyLine === null || lineEnd === null) return null;
  return {
    decoding: row.decoding === null ? null : readSteps(row.decoding),
    decodedBytes: row.decoded_bytes,
    bodyEnd: row.body_end,
    bodyOffset,
    bodyLine,
    lineEnd,
    fileColumns: row.file_columns === null ? null : fileColumnsOf(row.file_columns, contract),
    firstSlice: row.first_slice,
    inRun: row.run === null ? null : { slice: row.run, staged: stagedIn(row) },
  };
}

function stagedIn({ run_shift: shift, run_before: before, run_records: records }: ObjectRow): InRun['staged'] {
  return shift === null || before === null || records === null ? null : { shift, before, records };
}

/** A load as it is one object's, as that one was planned. */
export function asMember<
  Of extends { readonly object: StoredObject; readonly fileColumns: readonly FileColumn[] | null },
>(
  load: Of,
  object: StoredObject,
  { firstSlice: _, inRun: __, fileColumns, ...plan }: MemberPlan,
): Of & Omit<MemberPlan, 'firstSlice' | 'inRun' | 'fileColumns'> {
  return { ...load, ...plan, object, fileColumns: fileColumns ?? load.fileColumns };
}
