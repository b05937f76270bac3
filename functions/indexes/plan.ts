import { agreeing, plural } from '../core/quantities/counted.ts';
import type { Traffic } from '../core/traffic/traffic.ts';
import type { Live } from '../core/traffic/live.ts';
import { printable } from '../core/printable.ts';
import type { IndexFacts, NeverDropped, TableFacts } from './facts.ts';

/** What becomes of the target's indexes, in the order of their names. */
export interface IndexPlan {
  readonly plan: 'keep' | 'rebuild';
  readonly why: string;
  /** Seconds by the estimate: for the merge to write into them, and to build them anew. */
  readonly keepSeconds: number;
  readonly rebuildSeconds: number;
  readonly indexes: readonly PlannedIndex[];
}

/** One of them. */
export interface PlannedIndex {
  readonly name: string;
  readonly sizeBytes: number;
  readonly plan: 'keep' | 'rebuild';
  readonly why: string;
}

/** What the decision rests on. */
export interface Known {
  readonly table: TableFacts;
  readonly indexes: readonly IndexFacts[];
  readonly load: { readonly inserts: number; readonly updates: number };
  readonly traffic: Pick<Traffic, 'indexes'>;
  /** As it was decided for this load; null: nobody decided. */
  readonly live: Live | null;
}

/**
 * Rows to write for each row that is there, from which on auto builds anew: as many as there are. By the two costs below it pays
 * from 0.2 on where all fits into memory; nobody waits longer for a load of less than that, and every reader misses an index.
 */
export const leastShare = 1;

/** Less is not worth a lock on the whole table, twice. */
const leastSecondsSaved = 1;

/** Of one row and index: measured on PostgreSQL 17.10, 2 cores, 2 M rows with three indexes, random keys, all in memory. */
const insertSeconds = 5e-6;
/** Of one row of the final table and index, by the same. */
const buildSeconds = 0.75e-6;

/** An index that somebody read through so recently is needed. */
const usedMinutes = 15;

/** Decides; pure. An index that may not be dropped stays whatever is declared. */
export function planIndexes(known: Known): IndexPlan {
  const { indexes, load, table } = known;
  const isDeclared = known.traffic.indexes === 'rebuild';
  const reasons = indexes.map((index) => staysBecause(index, isDeclared));
  const droppable = reasons.filter((reason) => reason === null).length;
  const rows = load.inserts + load.updates;
  const keepSeconds = rows * droppable * insertSeconds;
  const rebuildSeconds = (table.rows + load.inserts) * droppable * buildSeconds;
  const { plan, why } = decided(known, { droppable, saved: keepSeconds - rebuildSeconds });
  return {
    ...{ plan, why, keepSeconds, rebuildSeconds },
    indexes: indexes.map(({ name, sizeBytes }, i) => {
      const own = reasons[i] ?? null;
      return own === null ? { name, sizeBytes, plan, why } : { name, sizeBytes, plan: 'keep', why: own };
    }),
  };
}

type Decision = Pick<IndexPlan, 'plan' | 'why'>;

function decided(
  { table, load, traffic, live }: Known,
  { droppable, saved }: { droppable: number; saved: number },
): Decision {
  const rows = load.inserts + load.updates;
  if (droppable === 0) return keep('none of them can be dropped');
  if (traffic.indexes === 'keep') return keep('indexes: keep is declared');
  if (!table.mayRebuild) return keep(notOwner(table));
  if (rows === 0) return keep('no row is written');
  if (live?.isLive === true && table.isPartitioned) {
    return keep('the table is live and partitioned: what is partitioned can only be dropped under a lock of it all');
  }
  if (traffic.indexes === 'rebuild') {
    return rebuild(
      live?.isLive === true
        ? 'indexes: rebuild is declared; the table is live, so each is dropped and built beside others (CONCURRENTLY)'
        : 'indexes: rebuild is declared',
    );
  }
  if (live?.isLive === true) return keep(`the table is live: ${live.why}`);
  if (table.others > 0)
    return keep(`${plural(table.others, 'other session')} ${agreeing(table.others, 'is', 'are')} at the table`);
  if (rows < leastShare * table.rows) {
    return keep(
      `${rows} ${agreeing(rows, 'row is', 'rows are')} written and ${table.rows} ${agreeing(table.rows, 'is', 'are')} there: it pays from as many on`,
    );
  }
  if (saved < leastSecondsSaved) return keep('building them anew saves less than a second');
  return rebuild(
    table.rows === 0
      ? 'the table is empty'
      : `${rows} ${agreeing(rows, 'row is', 'rows are')} written, and ${table.rows} ${agreeing(table.rows, 'is', 'are')} there`,
  );
}

function keep(why: string): Decision {
  return { plan: 'keep', why };
}

function rebuild(why: string): Decision {
  return { plan: 'rebuild', why };
}

function notOwner({ role, owner }: TableFacts): string {
  return `the role ${printable(role)} may not drop and create indexes: that takes the rights of ${printable(owner)}, who owns the table, and CREATE on its schema`;
}

function staysBecause({ stays, usedMinutesAgo }: IndexFacts, isDeclared: boolean): string | null {
  if (stays !== null) return inWords[stays];
  if (isDeclared || usedMinutesAgo === null || usedMinutesAgo >= usedMinutes) return null;
  return `others read through it within the last ${usedMinutes} minutes`;
}

const inWords: Readonly<Record<NeverDropped, string>> = {
  primary: 'it is the primary key',
  unique: 'it is unique: without it the table would take duplicates',
  exclusion: 'it is an exclusion constraint',
  constraint: 'a constraint rests on it',
  'replica identity': 'it is the replica identity',
  invalid: 'it is invalid, and not of this load',
  extension: 'it belongs to an extension',
  partitioned: 'the table is a partition: the index may be a part of its parent’s',
  'needed by others': 'something else depends on it',
  tablespace: 'this role may not create anything in its tablespace',
};
