import type { StructuralFault } from '../shared/raw-record.ts';
import type { CellCleaning } from '../shared/cell-cleaning.ts';
import { formCodes, type ScannedForm } from '../shared/plain-forms.ts';
import { oddDays, type OddDays, type ZoneJump } from '../shared/zone-jumps.ts';
import { type KeySource, type KnownKeys, knownKeys } from './known-keys.ts';

/** A column of staging, as values are read into it. */
export interface JsonColumn {
  readonly form: ScannedForm;
  /** Values of such a column stand in it as they do in the file. */
  readonly json: 'json' | 'jsonb' | null;
  /** A column of an array type: a JSON array becomes one, for PostgreSQL to judge. */
  readonly isArray?: boolean;
  /** Its form is text, and its type is none: an object or an array has no meaning there, even where its input would take one. */
  readonly isSingle?: boolean;
}

/** What the keys and values of an object are read by. */
export interface ReaderSettings extends KeySource {
  /** In the order of staging. */
  readonly columns: readonly JsonColumn[];
  /** Position of the column that takes captured keys; -1, or absent: there is none. */
  readonly captureColumn?: number;
  readonly zoneJumps?: readonly ZoneJump[];
}

/** How the value of a column stands in the record, and so what COPY is to be given for it. */
export const NULL = 0;
/** As COPY takes it and as it is. */
export const AS_IS = 1;
/** A string with escapes that COPY's text format reads alike; not \u. */
export const ESCAPED = 2;
/** A string with \u escapes. */
export const UNICODE_ESCAPED = 3;
/** JSON that stays JSON and holds what COPY is given with a backslash: one of its own, a tab or CR between tokens. */
export const GUARDED = 4;
/** A JSON array for a column of an array type; its record goes raw. */
export const ARRAY = 6;
/** The keys and values that the table has no columns for, as one object. */
export const CAPTURE = 5;

export const JSON_COLUMN = 1;
export const JSONB_COLUMN = 2;

/** What the steps of its column made of it: its slot in CellCleaning stands where its start would. */
export const CLEANED = 7;

/** Why a record cannot be read, and at which byte. */
export interface JsonFault {
  readonly code: StructuralFault;
  readonly at: number;
  readonly words: string;
}

/** What reading carries from record to record, and what it found in the last one. */
export interface Reader {
  readonly forms: Uint8Array;
  /** A column: 0, JSON_COLUMN or JSONB_COLUMN. */
  readonly jsons: Uint8Array;
  /** A column: 1 where its type is an array. */
  readonly arrays: Uint8Array;
  /** A column: 1 where an object has no meaning in it, nor an array unless it is of an array type. */
  readonly singles: Uint8Array;
  readonly keys: KnownKeys;
  /** -1 where there is none. */
  readonly captureColumn: number;
  readonly odd: OddDays | null;
  /** Null where no column has steps. */
  cleaning: CellCleaning | null;
  /** Number of the record that is read, over all that were. */
  record: number;
  /** Of each column: the last record that named it, and where its value stands there. */
  readonly seen: Int32Array;
  readonly kinds: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Captured keys and values: start and end of the key, quotes included, start and end of the value. */
  readonly captured: number[];
  /** A key inside of an object whose others fill columns is to be captured: all of that object is. */
  capturesInner: boolean;
  /** Every value certainly converts. */
  plain: boolean;
  /** Moments without an offset. */
  zoneless: number;
  /** Bytes that COPY may have to be given with a backslash before them, at least. */
  escaped: number;
  fault: JsonFault | null;
  /** Of the string just read: its closing quote, and the first \u0000 and lone surrogate in it, or -1. */
  at: number;
  nulAt: number;
  loneAt: number;
  /** By depth: whether it is an object that stands open there, and its keys where they must differ. */
  readonly isObject: Uint8Array;
  readonly keySets: Set<string>[];
}

/** 1,000, as validate/json-depth.ts has it: PostgreSQL's own parser is recursive. */
export const DEEPEST = 1000;

export function startReader({ columns, captureColumn, zoneJumps = [], ...keys }: ReaderSettings): Reader {
  const jsonKinds = { json: JSON_COLUMN, jsonb: JSONB_COLUMN } as const;
  return {
    forms: formCodes(columns.map(({ form }) => form)),
    jsons: Uint8Array.from(columns, ({ json }) => (json === null ? 0 : jsonKinds[json])),
    arrays: Uint8Array.from(columns, ({ isArray }) => (isArray === true ? 1 : 0)),
    singles: Uint8Array.from(columns, (column) => (isSingle(column) ? 1 : 0)),
    keys: knownKeys(keys),
    captureColumn: captureColumn ?? -1,
    odd: oddDays(zoneJumps),
    cleaning: null,
    record: 0,
    seen: new Int32Array(columns.length),
    kinds: new Uint8Array(columns.length),
    starts: new Int32Array(columns.length),
    ends: new Int32Array(columns.length),
    captured: [],
    capturesInner: false,
    plain: true,
    zoneless: 0,
    escaped: 0,
    fault: null,
    at: 0,
    nulAt: -1,
    loneAt: -1,
    isObject: new Uint8Array(DEEPEST + 1),
    keySets: [],
  };
}

function isSingle({ form, json, isArray = false, isSingle: isDeclared = false }: JsonColumn): boolean {
  return json === null && (form !== 'text' || isArray || isDeclared);
}
