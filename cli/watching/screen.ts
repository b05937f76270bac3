import { printable } from '../../functions/core/printable.ts';
import { cutToWidth } from '../../functions/words/display-width.ts';
import { openRejectsTable } from '../../functions/words/summary-lines/open-rejects-lines.ts';
import { columns, count, plural, second } from '../../functions/words/quantities.ts';
import { loadState } from '../../functions/words/summary-lines/undone-lines.ts';
import type { Now, RunningNow } from './now.ts';

/** Where it is drawn. */
export interface Screen {
  readonly columns: number;
  readonly rows: number;
  /** What is typed for a verb there. */
  readonly command: (rest: string) => string;
  /** When it was looked at. */
  readonly time: string;
}

/** What runs now, in lines that fit the screen: where they are too many, the oldest loads are left out. */
export function screenLines(now: Now, { columns: wide, rows, command, time }: Screen): readonly string[] {
  const { database, running, queues, held, paused, awaiting, openRejects, last } = now;
  const block = (title: string, lines: readonly (readonly string[])[], right: readonly number[] = []): string[] =>
    lines.length === 0 ? [] : ['', title, ...columns(lines, right).trimEnd().split('\n')];
  const lines = [
    `database  ${printable(database ?? 'none yet')}  ${time}`,
    ...(running.length === 0 ? ['', 'nothing runs'] : block('running', running.map(runningCells))),
    ...block(
      'tables waited for, the next load first',
      queues.map(({ target, loads, order }) => [target, plural(loads, 'load'), order.join(', ')]),
    ),
    ...block(
      `waiting for a yes: ${command('approve LOAD')}, ${command('decline LOAD --reason TEXT')}`,
      held.map(({ loadId, target, records, endedAt }) => [
        `load ${loadId}`,
        target,
        plural(records, 'record'),
        endedAt === null ? '' : `since ${second(endedAt)}`,
      ]),
    ),
    ...block(
      `paused: ${command('resume TARGET')}`,
      paused.map(({ target, by, since }) => [target, `by ${by}`, `since ${second(since)}`]),
    ),
    ...block(
      'rejects that wait for their parents',
      awaiting.map(({ loadId, target, records, parents }) => [
        `load ${loadId}`,
        target,
        plural(records, 'reject'),
        `for ${parents.join(', ')}`,
      ]),
    ),
    ...openRejectsTable(openRejects, 5, { command }).split('\n').slice(0, -1),
    ...block(
      'last loads',
      [
        ['load', 'outcome', 'dataset', 'records', 'rejected', 'open', 'started', 'object'],
        ...last.map((load) => [
          String(load.loadId),
          loadState(load),
          load.dataset,
          count(load.records),
          count(load.rejected),
          count(load.open),
          second(load.startedAt),
          load.name,
        ]),
      ],
      [0, 3, 4, 5],
    ),
  ];
  return lines.slice(0, Math.max(rows - 1, 1)).map((line) => cutToWidth(line, wide - 1));
}

function runningCells({ loadId, target, name, step, part, percent, rate, left, wait }: RunningNow): readonly string[] {
  const how = wait === '' ? [rate, left].filter((text) => text !== '').join('  ') : wait;
  return [`load ${loadId}`, target, name, step, `${percent} %`, part, how];
}

/** What is new since the look before, a line each: for a log, where nothing is drawn twice. */
export function newLines(before: Now | null, now: Now): readonly string[] {
  const lines: string[] = before === null && now.running.length === 0 ? ['nothing runs'] : [];
  for (const load of now.running) {
    const old = before?.running.find(({ loadId }) => loadId === load.loadId);
    const waits = load.wait !== '';
    if (old?.step === load.step && (old.wait !== '') === waits) continue;
    const goesOn = old?.step === load.step && !waits ? 'goes on: ' : '';
    const what = [load.step, load.part].filter((text) => text !== '').join(' ');
    lines.push(`load ${load.loadId} into ${load.target}: ${goesOn}${waits ? load.wait : what}`);
  }
  for (const load of now.last.toReversed()) {
    if (load.outcome === null) continue;
    const old = before?.last.find(({ loadId }) => loadId === load.loadId);
    // at the first look only what still asks for something
    if (before === null ? load.outcome !== 'HELD' : old?.outcome === load.outcome) continue;
    lines.push(
      `load ${load.loadId} into ${load.target}: ${load.outcome}, ${plural(load.records, 'record')}, ${count(load.rejected)} rejected`,
    );
  }
  return lines.map((line) => printable(line));
}
