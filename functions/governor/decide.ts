import { latencyOf } from './latency.ts';
import { type History, leastRows, paceAfter, type Pace, type Wish, wishedMs } from './pace.ts';
import type { Reading } from './signal.ts';

/** All that is decided by. */
export interface Circumstances {
  /** Of the last look. */
  readonly readings: readonly Reading[];
  readonly history: History;
  readonly wish: Wish;
  /** WAL bytes of a row, as measured by this load; null: none is merged yet in this call. */
  readonly walBytesARow: number | null;
  /** Rows that this lane merged since the last look. */
  readonly rowsSinceLook: number;
}

/** What comes next. */
export interface Decision extends Pace {
  /** All that was decided by: of the last look, and of the load's own time. */
  readonly readings: readonly Reading[];
  /** The first signal that says stop; null: nothing does. */
  readonly stop: Reading | null;
  /** What stops is far beyond its limit. */
  readonly isCritical: boolean;
  /** Milliseconds of doing nothing before the next transaction. */
  readonly restMs: number;
}

/**
 * 16 kB, until it is measured: after a checkpoint the first change of a page writes all of it, and a row changes a page of the
 * table and one of some index at least.
 */
export const walBytesUnmeasured = 16_384;

/**
 * How the merge goes on, of what is seen of others and what it did so far: pure. What is unknown is told elsewhere, and neither
 * stops a load nor lets it go faster.
 * slow: half the rows, and a rest as long as a transaction, so half the rate. Live: a rest of a quarter of its time. Headroom: all lanes together write
 * no more WAL until the next look than would take a signal to its limit.
 */
export function decide(circumstances: Circumstances): Decision {
  const { history, wish } = circumstances;
  const readings = [...circumstances.readings, ...latencyOf(history, wish)];
  const pace = paceAfter(history, wish);
  const stop = readings.find(({ health }) => health === 'stop') ?? null;
  const isSlow = readings.some(({ health }) => health === 'slow');
  const rowsOf = (rows: number): number => {
    const least = Math.min(leastRows, wish.batchRows);
    return Math.max(least, Math.min(isSlow ? Math.ceil(rows / 2) : rows, rowsOfHeadroom(circumstances, pace.lanes)));
  };
  return {
    readings,
    changing: rowsOf(pace.changing),
    inserting: rowsOf(pace.inserting),
    lanes: pace.lanes,
    stop,
    isCritical: readings.some(({ health, isCritical }) => health === 'stop' && isCritical === true),
    restMs: stop === null ? restShare(isSlow, wish) * lastMs(circumstances) : 0,
  };
}

function rowsOfHeadroom({ readings, walBytesARow, rowsSinceLook }: Circumstances, lanes: number): number {
  const headroom = Math.min(...readings.map(({ headroomBytes = Infinity }) => headroomBytes));
  if (headroom === Infinity) return Infinity;
  return Math.floor(headroom / lanes / (walBytesARow ?? walBytesUnmeasured)) - rowsSinceLook;
}

/** Of the time of a transaction. Live traffic has the server to itself for a fifth of the time, whatever a transaction needs of it. */
function restShare(isSlow: boolean, { isLive }: Wish): number {
  if (isSlow) return 1;
  return isLive ? 1 / 4 : 0;
}

/** What the last transaction took, and a second at most. */
function lastMs({ history, wish }: Circumstances): number {
  const last = history.transactions.at(-1)?.ms ?? wishedMs(wish);
  return Math.min(1_000, last);
}

/** 30 s: what stays slow for so long is taken as it is. */
const slowPatienceMs = 30_000;

/**
 * Whether a load that waits goes on: nothing says stop, and what stopped it is well again, or has been slow for half a minute.
 * At the first moment below its limit it would only be stopped once more.
 */
export function goesOn(readings: readonly Reading[], stoppedBy: string, waitedMs: number): boolean {
  if (readings.some(({ health }) => health === 'stop')) return false;
  return (
    waitedMs >= slowPatienceMs || !readings.some(({ signal, health }) => signal === stoppedBy && health === 'slow')
  );
}
