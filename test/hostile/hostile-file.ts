import type { LoadRequest } from '../../functions/protocol/states.ts';

/** A row of the target as text: id, name, note; in a table of another shape, its columns. */
export type Row = readonly (string | null)[];

/** A record that has to be in the quarantine. */
export interface ExpectedReject {
  /** Any of these: where several rules are broken the first of the record counts. */
  readonly codes: readonly string[];
  /** Of the object, from 1; absent: it is not known. */
  readonly line?: number;
  /** Of the text that records are counted in, from 0; absent: it is not known. */
  readonly byteOffset?: number;
  /** Absent: it is not known. */
  readonly raw?: Buffer;
}

/** What a load of the file has to end as. */
export type Expected =
  | {
      /** Those of the table in order of id, whatever the order of the file; null: they are not foretold. */
      readonly rows: readonly Row[] | null;
      readonly rejects?: readonly ExpectedReject[] | null;
    }
  | {
      readonly refused: readonly string[];
      /** What the message has to hold. */
      readonly says?: RegExp;
    }
  /** One of these: where damage may be seen or may not matter. */
  | { readonly oneOf: readonly Expected[] };

/** A file that has broken a loader, or may, and what has to become of it. */
export interface HostileFile {
  /** What is hostile in it; names it among those of its kind. */
  readonly name: string;
  /** A function makes them when they are loaded: for those that are a few hundred megabytes on the way. */
  readonly bytes: Buffer | (() => Buffer);
  /** Behind the dot of its name. */
  readonly suffix: string;
  readonly request: Partial<LoadRequest>;
  readonly expected: Expected;
  /** Absent: the table of id, name and note. */
  readonly table?: TargetTable;
}

/** Where a file is loaded. */
export interface TargetTable {
  readonly name: string;
  /** Of its columns. */
  readonly columns: readonly string[];
  readonly ddl: string;
  readonly key: readonly string[] | null;
}

/** Files of one kind; the same for the same numbers. */
export type Kind = (random: () => number) => readonly HostileFile[];

/** The table of most files: its key is a number, the rest is text. */
export const textTable: TargetTable = {
  name: 'public.t',
  columns: ['id', 'name', 'note'],
  ddl: 'create table public.t (id integer primary key, name text, note text)',
  key: ['id'],
};

/** A value of JSON beside its key: text as it stands in the file. */
export const jsonTable: TargetTable = {
  name: 'public.j',
  columns: ['id', 'doc'],
  ddl: 'create table public.j (id integer primary key, doc json)',
  key: ['id'],
};

/** One of them. */
export function oneOf<T>(random: () => number, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}

/** A whole number from 0, below it. */
export function below(random: () => number, most: number): number {
  return Math.floor(random() * most);
}

/** The numbers from 0, so many. */
export function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}
