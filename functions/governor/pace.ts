import { usualBatchRows } from '../core/traffic/traffic.ts';

/** A transaction of the merge that committed. */
export interface Transaction {
  /** When it ended, milliseconds. */
  readonly atMs: number;
  readonly rows: number;
  /** Of those the ones that the target has new or changed; the others are as they were there. */
  readonly written: number;
  readonly ms: number;
  /** Of a batch that changes rows others may be using; else it only inserts. */
  readonly changes: boolean;
}

/** A time in which others were waited for, and which is over. */
export interface Stop {
  readonly endedAtMs: number;
  /** Somebody said so: nothing was too much for anybody. */
  readonly isPause: boolean;
}

/** What a load has done so far, as the ledger has it; of many transactions the newest ones are enough. */
export interface History {
  readonly transactions: readonly Transaction[];
  /** With which the load began, the oldest first: some of them may be among `transactions`. */
  readonly first: readonly Transaction[];
  readonly stops: readonly Stop[];
}

/** What was asked for of a load. */
export interface Wish {
  /** limits.batchRows: with as many rows transactions begin that change some. */
  readonly batchRows: number;
  /** Wished milliseconds of a transaction, where somebody declared them. */
  readonly targetBatchMs?: number;
  readonly isLive: boolean;
  /** Somebody said that nobody else uses the target (live: no); absent: it was seen, or it is live. */
  readonly isAlone?: boolean;
  /** As many as are configured. */
  readonly lanes: number;
}

/** How fast a load may go where nothing is seen of others. */
export interface Pace {
  /** Of a transaction that changes rows, and of one that only inserts. */
  readonly changing: number;
  readonly inserting: number;
  readonly lanes: number;
}

/** 100: a transaction costs some 5 ms of its own, with fewer rows it does little else. */
export const leastRows = 100;
/** 250,000: the widest batch (transform/step.ts), a slice's worth. */
export const mostRows = 250_000;
/** Rows that change are locked so long, where nobody is seen to wait for them. */
export const quietMs = 1_000;
/**
 * Of a target that nobody else uses, as somebody said: nobody waits for its rows. By key, ten times as many rows cost a quarter to a third less
 * CPU a row (docs/adr/0094); a call of 900 s has time for far more, and what is lost with a transaction is ten seconds of work.
 */
export const aloneMs = 10_000;
/** Its transactions begin with these, where the dataset asks for no number. */
export const aloneRows = 50_000;
/**
 * Of a live target: others wait for no row longer than that, and the server is at other work ten times a second. Less would be
 * mostly commits where the disk is busy, and a load of hours.
 */
export const liveMs = 100;
/**
 * Of a live target to begin with, and at least: the first change of a page writes all of it, some 40 kB of WAL a row with three
 * indexes, and the first transactions have most of those. 500 rows stay within what the server keeps in memory (wal_buffers, 16 MB).
 */
export const liveRows = 500;
/** So many of the newest transactions are averaged. */
const averaged = 4;
/** Transactions without a stop before one more lane is tried; twice as many after each stop. */
const patience = { first: 10, most: 160 };

/**
 * Rows and lanes as they follow from all that was done so far, so that a call that begins knows what the one before it knew:
 * rows x clamp(target / what the newest transactions would have taken at that size, 0.5, 1.2); half of both after a stop; a lane more
 * after ten transactions. Where a load only inserts into a table that nobody else uses, no time is wished for.
 */
export function paceAfter({ transactions, stops }: Omit<History, 'first'>, wish: Wish): Pace {
  const most = mostLanes(wish);
  let changing = sized(beginningRows(wish), wishedMs(wish), wish);
  let inserting = wish.isLive ? changing : sized(mostRows, wish.targetBatchMs ?? null, wish);
  let lanes = startingLanes(wish);
  let untilMore = patience.first;
  let clean = 0;
  const events = [
    ...transactions.map((done) => ({ at: done.atMs, done })),
    ...stops.filter(({ isPause }) => !isPause).map(({ endedAtMs }) => ({ at: endedAtMs, done: null })),
  ].toSorted((a, b) => a.at - b.at);
  for (const { done } of events) {
    if (done === null) {
      changing = halved(changing);
      inserting = halved(inserting);
      lanes = Math.max(1, Math.floor(lanes / 2));
      untilMore = Math.min(patience.most, 2 * untilMore);
      clean = 0;
      continue;
    }
    if (done.changes) changing = after(changing, done);
    else inserting = after(inserting, done);
    clean += 1;
    if (clean >= untilMore && lanes < most) {
      lanes += 1;
      clean = 0;
    }
  }
  return { changing: Math.round(changing.rows), inserting: Math.round(inserting.rows), lanes };
}

/** Of a transaction that changes rows. */
function beginningRows({ batchRows, isLive, isAlone }: Wish): number {
  if (isLive) return Math.min(batchRows, liveRows);
  return isAlone === true && batchRows === usualBatchRows ? aloneRows : batchRows;
}

/** Milliseconds that a transaction which changes rows is led to. */
export function wishedMs({ targetBatchMs, isLive, isAlone }: Wish): number {
  return targetBatchMs ?? (isLive ? liveMs : isAlone === true ? aloneMs : quietMs);
}

/** Of a live target half of what is configured. */
export function mostLanes({ isLive, lanes }: Pick<Wish, 'isLive' | 'lanes'>): number {
  return isLive ? Math.max(1, Math.floor(lanes / 2)) : lanes;
}

/** Of a live target one. */
export function startingLanes({ isLive, lanes }: Pick<Wish, 'isLive' | 'lanes'>): number {
  return isLive ? 1 : lanes;
}

/** Transactions of one kind. */
interface Sized {
  readonly rows: number;
  /** null: as many rows as there are. */
  readonly targetMs: number | null;
  readonly least: number;
  readonly most: number;
  /** The newest that tell how long one of this size takes. */
  readonly measured: readonly Transaction[];
}

/** A dataset that asks for less or more than the bounds gets it. */
function sized(rows: number, targetMs: number | null, { batchRows, isLive }: Wish): Sized {
  return {
    rows,
    targetMs,
    least: Math.min(isLive ? liveRows : leastRows, batchRows),
    most: Math.max(mostRows, batchRows),
    measured: [],
  };
}

function halved(kind: Sized): Sized {
  return { ...kind, rows: Math.max(kind.least, kind.rows / 2) };
}

/** A short one, the rest of a batch, tells nothing of the size: what a transaction costs beside its rows would count for rows. */
function after(kind: Sized, done: Transaction): Sized {
  const { rows, targetMs } = kind;
  if (done.rows === 0 || (2 * done.rows < rows && done.ms < (targetMs ?? Infinity))) return kind;
  const measured = [...kind.measured, done].slice(-averaged);
  const next = rows * (targetMs === null ? 1.2 : clamp(targetMs / expectedMs(measured, rows), 0.5, 1.2));
  return { ...kind, measured, rows: clamp(next, kind.least, kind.most) };
}

/** What a transaction of so many rows would have taken. */
function expectedMs(measured: readonly Transaction[], rows: number): number {
  const sum = measured.reduce((all, done) => ({ rows: all.rows + done.rows, ms: all.ms + done.ms }), {
    rows: 0,
    ms: 0,
  });
  return (Math.max(1, sum.ms) / sum.rows) * rows;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
