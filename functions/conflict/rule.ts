import type { ConflictChoice, Contract, ContractColumn } from '../core/contract.ts';
import type { Refusal } from './refusal.ts';
import type { Sql } from '../core/sql.ts';
import type { RecordRange, Written } from './range-sql.ts';

/** What a setting takes: the name of a column, or a list of some; of one column, which may be absent, or is the one `byDefault` where nothing is said; or one of these words, of which the first is meant where nothing is said; or texts of the file, which are kept as JSON; or true or false, kept as yes or no. */
export type Setting =
  | 'column'
  | 'columns'
  | 'column or none'
  | { readonly byDefault: string }
  | 'texts'
  | 'flag'
  | readonly [string, ...string[]];

/** Columns of a table that keeps every version of a row. */
export interface Versions {
  /** Since when a version holds: a part of the key of contracts. */
  readonly from: string;
  /** Until when: NULL of the one that holds. The rule writes it. */
  readonly to: string;
  /** Whether it holds. The rule writes it. */
  readonly current: string;
  /** The column of the file that says since when; null: the object's time does. */
  readonly at: string | null;
}

/** The records that are to be judged. */
export interface Judged {
  /** A query. */
  readonly staged: Sql;
  /** They are all of the load, and not some of them. */
  readonly isWhole: boolean;
}

/** What becomes of rows of the target that the file does not hold, where it is the whole truth. */
export interface Missing {
  /** The row `t` stands: false where an earlier load marked it. */
  readonly stands: (contract: Contract) => Sql;
  /** Deletes or marks the rows `t` that stand and match `v`, which `from` selects: a whole statement. */
  readonly remove: (contract: Contract, vanishing: { readonly from: Sql; readonly matches: Sql }) => Sql;
}

/** A column of the file that is none of the table: what each record asks for. */
export interface Asked {
  readonly column: string;
  /** A record with another value is a reject. */
  readonly words: readonly string[];
  /** A record with this value asks that its row goes: of the record only key and operation are judged. */
  readonly isDeletion: (value: Sql) => Sql;
  /** Records that insert what is there, or update what is not, are rejects. Absent: both write what the record says. */
  readonly strict?: {
    readonly isInsertion: (value: Sql) => Sql;
    readonly isUpdate: (value: Sql) => Sql;
    /** Why: of an insertion, and of an update. */
    readonly exists: Refusal;
    readonly missing: Refusal;
  };
}

/** What happens where a key is there already: one file a rule, all of them in all.ts. Nothing outside of this folder asks which one it is. */
export interface ConflictRule {
  /** In contracts, and so in the ledger. */
  readonly name: string;
  /** What people write for it; the first is the one that is shown, others are older words for the same. */
  readonly words: readonly [string, ...string[]];
  /** The row that is there already, and what becomes of it: half a line, for the command's help and the docs. */
  readonly summary: string;
  /** What a dataset writes beside `rule`. The command takes columns behind a `=`: there is one such setting at most. */
  readonly settings: Readonly<Record<string, Setting>>;
  /** Which record of a key that the file has several times is kept, for people. */
  readonly keeps: string;
  /** What the rule asks of the dataset, the table and the role. */
  readonly demands: {
    /** A business key, with a unique index on it. Else the rule takes none: every record is a new row. */
    readonly key: boolean;
    /** Rows that are there are updated: the right to do so, and a replica identity. */
    readonly update: boolean;
    /** Rows that are not there are inserted: the right to do so, and all columns that a new row cannot lack. */
    readonly insert: boolean;
  };
  /** Rows are deleted: the right to do so. Absent: none is. */
  readonly deletes?: (choice: ConflictChoice) => boolean;
  /** The column that says of each record what it asks for. Absent: all ask for the same. */
  readonly asked?: (choice: ConflictChoice) => Asked;
  /** A NULL in a column beyond the key leaves what the row has, instead of being its new value. */
  readonly keepsWhereNull: boolean;
  /** The columns whose values say what is newer, the first one first: the file brings them, they are never empty, and have an order. */
  readonly versionColumns: (choice: ConflictChoice) => readonly string[];
  /** The table keeps every version of a row, and these columns say when each holds. Absent: it has one row a key. */
  readonly versions?: (choice: ConflictChoice) => Versions;
  /** Of a rule under which the file is the whole truth. Absent: what the file does not hold stays. */
  readonly missing?: Missing;
  readonly duplicates: {
    /** Order of the records of one key, who is kept first: over `place`, the file's order, and `version1` and on. */
    readonly order: (choice: ConflictChoice) => Sql;
    /** A record with the version of an earlier one of its key, and other content, is no duplicate: it is a reject with the code of the rule's refusal. */
    readonly contradict: boolean;
    /** The one that is kept takes from the others, for each NULL of its own, the last value of the file. */
    readonly folds: boolean;
    /** Who was kept, for the reason of a duplicate. */
    readonly words: (choice: ConflictChoice) => string;
  };
  readonly classify: {
    /** The record `s` would change the row `t` of its key. */
    readonly differs: (contract: Contract, filled: readonly ContractColumn[]) => Sql;
    /** Its disposition then: a letter. */
    readonly differing: (contract: Contract) => Sql;
    /** In place of both, and of what follows where the key is not there: the disposition of `s`, whose row `t` is all NULL where there is none. */
    readonly inFull?: (contract: Contract, filled: readonly ContractColumn[], loadId: number) => Sql;
    /** FROM of records `s`, each with the row `t` that it is judged against. Absent: the row of its key. */
    readonly joined?: (contract: Contract, filled: readonly ContractColumn[], judged: Judged) => Sql;
    /** Which records it refuses for the row that is there, or that is not; the first that holds is why. */
    readonly refusals: (contract: Pick<Contract, 'conflict'>) => readonly Refusal[];
  };
  readonly write: {
    /** Columns whose default a new row takes where the record has NULL; others take the NULL. */
    readonly takesDefault: (range: RecordRange) => readonly ContractColumn[];
    /** Fast: what was new when it was classified. */
    readonly insertNew: (range: RecordRange) => Sql;
    /** Before updateChanged: changes the rows that are in the way of the records. Absent: none is. */
    readonly makeRoom?: (range: RecordRange) => Sql;
    /** Fast, safe and careful: what was changed and still is. */
    readonly updateChanged: (range: RecordRange) => Sql;
    /** Fast, safe and careful: takes away the rows of records that ask for it. Absent: none does. */
    readonly removeDeleted?: (range: RecordRange) => Sql;
    /** Locks the rows that are there, so that what is judged next stays as it was seen; null: judging locks them. */
    readonly hold: ((range: RecordRange, disposition: Written) => Sql) | null;
    /** Safe and careful: judges each record against what is there now. Answers { inserted, updated }. */
    readonly judgeAgain: (range: RecordRange, disposition: Written) => Sql;
    /** Whether rows may still differ after that: they are stale. Else a record was swallowed. */
    readonly leavesDiffering: boolean;
  };
}
