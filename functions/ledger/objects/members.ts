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
  /** Null until it is planned. */
  readonly plan: MemberPlan | null;
}

/** How it is read: as a load of one object has it. */
export interface MemberPlan {
  readonly decoding: readonly DecodingStep[] | null;
  readonly decodedBytes: number | null;
  readonly bodyEnd: number | null;
  readonly bodyOffset: number;
  readonly bodyLine: number;
  readonly lineEnd: LineEnd;
  /** Null: its records name their columns. */
  readonly fileColumns: readonly FileColumn[] | null;
  /** The first of its slices; null: it has none. */
  readonly firstSlice: number | null;
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
  };
}

/** A load as it is one object's, as that one was planned. Where records name their columns, those of all objects are the load's. */
export function asMember<
  Of extends { readonly object: StoredObject; readonly fileColumns: readonly FileColumn[] | null },
>(
  load: Of,
  object: StoredObject,
  { firstSlice: _, fileColumns, ...plan }: MemberPlan,
): Of & Omit<MemberPlan, 'firstSlice' | 'fileColumns'> {
  return { ...load, ...plan, object, fileColumns: fileColumns ?? load.fileColumns };
}
