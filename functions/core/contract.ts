import type { Condition } from './arbiter/condition.ts';
import type { DeclaredDecoding } from './decoding/declared.ts';
import type { FileFormat } from './format/file-format.ts';
import type { Traffic } from './traffic/traffic.ts';
import type { LoadRule, RecordRule } from './rules/sql-rules.ts';
import type { ColumnRules } from './rules/column-rules.ts';
import type { Supply } from './supplies/supply.ts';

/**
 * The contract: what a dataset declares plus what the target's catalogue already demands, compiled once, hashed and
 * stored in landfall.loads. Plain JSON, so that a stored one reads back equal.
 * Over 250 lines: one shape, and most of them say what its fields mean.
 */
export interface Contract {
  /** The dataset's name; an ad-hoc dataset is named by its target and key: `public.orders(id)`. */
  readonly dataset: string;
  readonly target: TargetTable;
  readonly format: FileFormat;
  /** Absent: nothing is declared. Of a replay: its records are UTF-8. */
  readonly decoding?: DeclaredDecoding;
  /** Target columns whose values identify a row; the arbiter is a unique index on exactly these. */
  readonly businessKey: readonly string[];
  readonly conflict: ConflictChoice;
  /** The rows that the file is the whole truth of: column -> text of its value, or null: the values that the file has. Absent: all rows of the table, where the conflict rule asks it. */
  readonly replaceWhere?: Readonly<Record<string, string | null>>;
  /** Where the arbiter is a partial unique index: the rows that it covers, which are all that have a key. Absent: it covers every row. */
  readonly arbiter?: readonly Condition[];
  /** Every column of the target that a load may fill: generated columns and GENERATED ALWAYS identities are not here. */
  readonly columns: readonly ContractColumn[];
  /** Rows are inserted with the file's values of GENERATED ALWAYS identities. Absent: it has none of them. */
  readonly overridesIdentity?: true;
  /** Triggers of the target that run before a row is stored, and may store another one. Absent: it has none. */
  readonly beforeTriggers?: readonly string[];
  /** Columns a file must bring: NOT NULL without default. */
  readonly requiredColumns: readonly string[];
  /** Columns no file may fill, and why: generated, GENERATED ALWAYS AS IDENTITY, a type that would change values silently, or what says whether the arbiter covers a row, or until when a version holds. */
  readonly unfillableColumns?: readonly {
    readonly name: string;
    readonly why: 'generated' | 'identity' | 'type' | 'arbiter' | 'versions';
  }[];
  /** Folded header name -> column of the target; every column's own name is here, a dataset's `rename` adds to it. */
  readonly headerNames: Readonly<Record<string, string>>;
  /** Folded header names that are read and dropped. */
  readonly ignoredHeaders: readonly string[];
  /** Positions of columns of the file, from 1, that are read and dropped whatever their name; absent: none. */
  readonly ignoredPositions?: readonly number[];
  /** What becomes of a name in a file that is no column a file may fill; absent: refuse. */
  readonly unknownColumns?: UnknownColumns;
  readonly checks: readonly CheckRule[];
  readonly foreignKeys: readonly ForeignKeyRule[];
  /** Predicates of the dataset over a record; absent: none. */
  readonly recordRules?: readonly RecordRule[];
  /** Its conditions over a whole load; absent: none. */
  readonly loadRules?: readonly LoadRule[];
  /** Foreign keys to the target itself, whose parents may be in the file; absent: none. */
  readonly selfForeignKeys?: readonly SelfForeignKey[];
  readonly leniencies: readonly Leniency[];
  /** Name of the zone in which a moment without an offset is read; absent where the table has no column of moments. */
  readonly timeZone?: string;
  readonly limits: Limits;
  /** The records are those that an earlier load rejected, and as old as it: rows of transactions below this one were there when it passed its gate, decimal; null: nobody knows which were. */
  readonly replay?: { readonly gatedBelow: string | null };
  /** What is done for who else uses the target; absent: the defaults of compile/declaration/traffic-shape.ts. */
  readonly traffic?: Traffic;
  /** Whether a load that breaks only limits (`over-limit`), or every one, waits for a person's yes, and for how many days; changes no verdict. Absent: none does. */
  readonly hold?: { readonly approve: 'over-limit' | 'always'; readonly days: number };
  /** Days that records whose only fault is a missing parent wait for it; changes no verdict. Absent: none waits. */
  readonly waitForParents?: number;
  /** What rows were before is kept beside the merge, for so many days, so that a load can be undone; changes no verdict. Absent: it is not. */
  readonly undo?: { readonly days: number };
  /** Column of the target by whose day accepted records are counted before they are merged; changes no verdict. Absent: none. */
  readonly countByDay?: string;
  /** Of the target's shape as the catalogue tells it; each batch compares it, so DDL in mid-load is noticed. */
  readonly fingerprint: string;
}

/** The table that rows are merged into; dropped and made again it has another oid. */
export interface TargetTable {
  readonly schema: string;
  readonly table: string;
  readonly oid: number;
}

/** refuse: the load, or of JSON lines the record. ignore: read and dropped. capture: into this json or jsonb column as one object. */
export type UnknownColumns = 'refuse' | 'ignore' | { readonly capture: string };

/** The dataset's conflict rule by its name in functions/conflict/, with its settings. */
export type ConflictChoice = Readonly<Record<string, string | readonly string[]>> & { readonly rule: string };

/**
 * How a cell looks that is certain to convert: the scanner sends only such cells to typed staging.
 * `text` is any valid UTF-8 without NUL; what the column demands beyond that is judged by validate.
 */
export type PlainForm =
  | 'text'
  | 'int2'
  | 'int4'
  | 'int8'
  | 'numeric'
  | 'float8'
  | 'boolean'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'timestamptz'
  | 'uuid';

/** A column of the target that a file may fill, with all that staging, judging and comparing need to know of it. */
export interface ContractColumn {
  /** The target's own name, as in pg_attribute. */
  readonly name: string;
  /** format_type(atttypid, atttypmod), schema-qualified: `numeric(12,2)`, `public.email`. PostgreSQL's own words, safe as SQL. */
  readonly type: string;
  /** Type of the staging column: the base type without length or scale, or `text` where the plain form is `text`. */
  readonly stagingType: string;
  readonly plainForm: PlainForm;
  readonly notNull: boolean;
  readonly hasDefault: boolean;
  /** NULL leaves what the row has, and what a new row has then is the target's to judge. Absent: NULL is a value. */
  readonly keptWhereNull?: true;
  /** How a row that is there takes its values: a word of core/merge/merged.ts, or an expression. Absent: as the conflict rule has it. */
  readonly merge?: string;
  /** Characters; varchar(n) and char(n). */
  readonly maxLength: number | null;
  /** numeric(p,s). time(n) and timestamp(n) have n in scale: digits of a second. */
  readonly precision: number | null;
  readonly scale: number | null;
  /** Labels of an enum, in order. */
  readonly labels: readonly string[] | null;
  /** The type is a domain: its constraints are judged by pg_input_is_valid on the domain itself. */
  readonly isDomain: boolean;
  /** What the domain is of, where JSON lines write such values in a way of their own. Absent: the type says it. */
  readonly domainOf?: 'json' | 'jsonb' | 'array';
  /** Equality of the type as SQL, `operator(pg_catalog.=)`: search_path finds none of an extension's. */
  readonly equals: string;
  /** Of a domain over an enum, the enum: PostgreSQL has no comparison of such a domain's values. Absent: it is no such domain. */
  readonly enumType?: string;
  /** The column's own collation as SQL, `pg_catalog."C"`, or of a key that of its unique index, where that calls other texts equal; null where it is the type's. */
  readonly collation: string | null;
  /** Staged as text and judged by pg_input_is_valid(value, type): json, inet, interval, arrays, ... */
  readonly judgedAsInput: boolean;
  /** Extra rules of the dataset: a record that breaks one is a reject. */
  readonly rules: ColumnRules;
  /** Those of another severity (core/rules/severity.ts). Absent: none. */
  readonly graded?: { readonly warn?: ColumnRules; readonly refuse?: ColumnRules };
  /** What becomes of its cells before they are judged, in this order (functions/cleaning/). Absent: nothing. */
  readonly clean?: readonly CleaningChoice[];
  /** What an empty cell becomes under `empty:default`: the column's default, a constant. */
  readonly defaultText?: string;
  /** Under `empty:default` an empty cell takes a default that is no constant: the server draws it for a new row, when that is written. */
  readonly drawsDefault?: true;
  /** In which its moments without an offset are read, where that is not the load's zone. */
  readonly timeZone?: string;
  /** It says what a record asks for, and is no column of the target. */
  readonly operation?: true;
  /** Its values are shown to nobody but who may read the quarantine itself. */
  readonly sensitive?: true;
  /** Under a rule that keeps versions: what it has is of one row alone (a number of its own, a unique value), so that a next version does not take it over. */
  readonly ofOneRow?: true;
  /** The dataset supplies its values; no file may bring it. Absent: a file may. */
  readonly supplied?: Supply;
}

/** A step of functions/cleaning/ by its name, and what stands behind the colon: `null:NA` is { step: 'null', argument: 'NA' }. */
export interface CleaningChoice {
  readonly step: string;
  readonly argument?: string;
}

/** A column that the table computes, over unqualified names of others; text and type in PostgreSQL's own words. */
export interface GeneratedColumn {
  readonly name: string;
  readonly type: string;
  readonly expression: string;
}

/** A CHECK of the target whose columns are all ones a file can fill. */
export interface CheckRule {
  readonly name: string;
  /** pg_get_expr's text, over unqualified column names. */
  readonly expression: string;
  /** That it reads, and that its generated columns read. */
  readonly columns: readonly string[];
  /** Generated columns that it reads, with what they are computed by; absent: none. */
  readonly generated?: readonly GeneratedColumn[];
}

/** A foreign key of the target whose columns are all ones a file can fill. */
export interface ForeignKeyRule {
  readonly name: string;
  readonly columns: readonly string[];
  readonly parentSchema: string;
  readonly parentTable: string;
  readonly parentColumns: readonly string[];
}

/** A foreign key of the target to itself, or of a partition to the table that it is a part of. */
export interface SelfForeignKey extends ForeignKeyRule {
  /** A column each, the parent's on the left: `operator(pg_catalog.=)`, as SQL. */
  readonly operators: readonly string[];
}

/**
 * PostgreSQL accepts more than people mean (docs/datasets.md). Each leniency is switched on by name:
 * trimBlanks ` 7 `, text and keys too; quotedEmptyIsNull `""` into a number; booleanWords `on yes 1`; numberForms `1_000 0x1F .5 5.`;
 * specialNumbers `NaN Infinity`; roundNumbers 1.239 into numeric(12,2); specialDates `infinity epoch` (never `today`, which means something else at each run);
 * dateForms `2024/1/2` and `Jan 2, 2024` (four digits of the year and a certain order; `01/02/2024` stays refused); dropZone an offset into a timestamp without time zone; truncateText blanks past char(n).
 */
export type Leniency =
  | 'trimBlanks'
  | 'quotedEmptyIsNull'
  | 'booleanWords'
  | 'numberForms'
  | 'specialNumbers'
  | 'roundNumbers'
  | 'specialDates'
  | 'dateForms'
  | 'dropZone'
  | 'truncateText';

/** Bounds of a load; the defaults and their reasons are in compile/declaration/limits.ts. */
export interface Limits {
  /** A record longer than this is a reject. */
  readonly maxRecordBytes: number;
  /** A reject keeps this many of its own bytes. */
  readonly maxRawBytes: number;
  /** The ledger keeps this many bytes of a load's rejects, and of those behind them their places and reasons; absent: those of compile/declaration/limits.ts. */
  readonly maxKeptBytes?: number;
  /** More rejects than this refuse the load; null: no limit. */
  readonly maxRejects: number | null;
  /** A larger share of rejects than this (0 to 1) refuses the load; null: no limit. */
  readonly maxRejectShare: number | null;
  /** By reject code: more rejects that have it among their reasons refuse the load. */
  readonly maxRejectsByCode?: Readonly<Record<string, number>>;
  /** A load of fewer or of more records is refused. */
  readonly minRecords?: number;
  readonly maxRecords?: number;
  /** A larger share than this (0 to 1) of the rows that the table had would be deleted; absent: that of compile/declaration/limits.ts. */
  readonly maxDeletedShare?: number;
  /** By column: a share of NULL that exceeds its mean in the last ten loads by more than this refuses the load. */
  readonly nullShare?: Readonly<Record<string, number>>;
  /** A larger share than this (0 to 1) of the rows that the target had may not be updated without asking. Absent: any. */
  readonly maxUpdatedShare?: number;
  /** By column: the same for rows in which it turns from a value to NULL. */
  readonly maxNullTurnedShare?: Readonly<Record<string, number>>;
  /** A load of which every record is rejected is LOADED all the same, else refused. */
  readonly allowAllRejected: boolean;
  /** Wished slice length in bytes. */
  readonly sliceBytes: number;
  /** Rows of one merge transaction that changes rows others may be using. */
  readonly batchRows: number;
}

/** One column of a file, in file order: the target's column it fills, or null where it is ignored. */
export interface FileColumn {
  readonly header: string;
  readonly column: ContractColumn | null;
  /** The header has no name for it, and nobody ignores it: all its cells have to be empty. */
  readonly unnamed?: true;
  /** No column is called so: its cells go into the one that captures them. */
  readonly captured?: true;
  /** Not in the file but behind its columns: of each record the cells that are captured, as one JSON object. */
  readonly captures?: true;
  /** Records name their columns themselves, and none of the object named this one: staged as NULL, and as if the file did not have it. */
  readonly absent?: true;
}

/** A column that takes any text as it stands: blanks, the empty string and words for NULL are values of it. */
export function isText(column: Pick<ContractColumn, 'plainForm' | 'judgedAsInput' | 'labels'>): boolean {
  return column.plainForm === 'text' && !column.judgedAsInput && column.labels === null;
}
