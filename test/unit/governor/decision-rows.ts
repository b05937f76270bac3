import { parseByteSize } from '../../../functions/core/byte-size.ts';
import { type Circumstances, decide } from '../../../functions/governor/decide.ts';
import type { Stop, Transaction } from '../../../functions/governor/pace.ts';
import type { Health, Reading } from '../../../functions/governor/signal.ts';
import { count } from '../docs/figures.ts';

/** What stands in a row of docs/production.md, "What the governor decides". */
export interface DecisionRow {
  readonly load: string;
  readonly before: string;
  readonly seen: string;
}

/** The rest of its row: rows, lanes and what the load does. */
export function decided(row: DecisionRow): readonly [rows: string, lanes: string, does: string] {
  const inserts = row.load.includes('inserts');
  const decision = decide({
    wish: wishOf(row.load),
    history: historyOf(row.before, !inserts),
    ...seenOf(row.seen),
  });
  const does =
    decision.stop === null
      ? decision.restMs === 0
        ? 'goes on'
        : `goes on, rests ${count(decision.restMs)} ms`
      : decision.isCritical
        ? 'waits, looks again after 2.5 s'
        : 'waits';
  return [count(inserts ? decision.inserting : decision.changing), String(decision.lanes), does];
}

/** `live, inserts, target 500 ms, from 1,000 rows, 4 lanes`; `quiet`: none of them; `alone`: nobody else uses it, as was said. */
function wishOf(load: string): Circumstances['wish'] {
  const number = (pattern: RegExp): number | null => {
    const [, digits] = pattern.exec(load) ?? [];
    return digits === undefined ? null : Number(digits.replaceAll(',', ''));
  };
  const targetBatchMs = number(/target ([\d,]+) ms/u);
  return {
    batchRows: number(/from ([\d,]+) rows/u) ?? 5_000,
    ...(targetBatchMs === null ? {} : { targetBatchMs }),
    isLive: load.includes('live'),
    isAlone: load.includes('alone'),
    lanes: number(/(\d+) lanes/u) ?? 2,
  };
}

/** `10 x 5,000 in 900 ms; waited; paused; 2,500 in 400 ms` */
function historyOf(before: string, changes: boolean): Circumstances['history'] {
  const transactions: Transaction[] = [];
  const stops: Stop[] = [];
  let atMs = 0;
  for (const part of before === '' ? [] : before.split('; ')) {
    atMs += 1;
    if (part === 'waited' || part === 'paused') stops.push({ endedAtMs: atMs, isPause: part === 'paused' });
    else {
      const [, times = '1', rows = '', ms = ''] = /^(?:(\d+) x )?([\d,]+) in ([\d,]+) ms$/u.exec(part) ?? [];
      if (rows === '') throw new Error(`not understood: ${part}`);
      for (let i = 0; i < Number(times); i += 1) {
        atMs += 1;
        transactions.push({
          atMs,
          rows: Number(rows.replaceAll(',', '')),
          written: Number(rows.replaceAll(',', '')),
          ms: Number(ms.replaceAll(',', '')),
          changes,
        });
      }
    }
  }
  return { transactions, first: transactions, stops };
}

/** `slow, unknown`; `20 MB left, 1 kB a row, 500 rows since` */
function seenOf(seen: string): Pick<Circumstances, 'readings' | 'walBytesARow' | 'rowsSinceLook'> {
  const words = seen.split(', ');
  const readings: Reading[] = words.flatMap((word) => {
    const [, left] = /^(.+) left$/u.exec(word) ?? [];
    const said = { signal: 'a signal', figure: word };
    if (left !== undefined) return [{ ...said, health: 'normal', headroomBytes: parseByteSize(left) ?? 0 }];
    if (word === 'critical') return [{ ...said, health: 'stop', isCritical: true }];
    return ['normal', 'slow', 'stop', 'unknown'].includes(word) ? [{ ...said, health: word as Health }] : [];
  });
  const [, wal] = /([\d.]+ k?B) a row/u.exec(seen) ?? [];
  const [, since = '0'] = /(\d+) rows since/u.exec(seen) ?? [];
  return { readings, walBytesARow: wal === undefined ? null : parseByteSize(wal), rowsSinceLook: Number(since) };
}
