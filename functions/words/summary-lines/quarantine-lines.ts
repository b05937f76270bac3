import type { LoadReport } from '../../protocol/outcomes.ts';
import { printable } from '../../core/printable.ts';
import { bytes, count, plural, second } from '../quantities.ts';
import type { View } from '../view.ts';

/** Why a record that was asked for is not among those of a replay. */
const left: Readonly<Record<string, string>> = {
  notKept: 'the quarantine does not keep all of their bytes',
  closedBefore: 'they were closed before',
  repeated: 'the file has them twice',
};

/** What of a load's rejects is not kept, what is open yet, and whose rejects a replay took. */
export function quarantineLines(report: LoadReport, view: Pick<View, 'command'>): readonly string[] {
  return [...unkeptLines(report, view), ...replayLines(report), ...waitLines(report)];
}

function unkeptLines({ unkept, loadId }: LoadReport, { command }: Pick<View, 'command'>): readonly string[] {
  if (unkept === undefined) return [];
  const { rejects, maxKeptBytes } = unkept;
  return [
    `  not kept    the bytes of ${plural(rejects, 'reject')}, since a load keeps ${bytes(maxKeptBytes)} of them (limits.maxKeptBytes): their places, codes and\n              reasons are in rejects.csv, and ${command(`rejects ${loadId ?? ''}`)} names what reads one from the file`,
  ];
}

function waitLines({ waits }: LoadReport): readonly string[] {
  if (waits === undefined) return [];
  const { records, parents, until } = waits;
  return [
    `  waiting     ${plural(records, 'reject')} for parents in ${parents.map((parent) => printable(parent)).join(', ')}: the next load of these takes them up, until ${second(until)}`,
  ];
}

function replayLines({ rejects, replay }: Pick<LoadReport, 'rejects' | 'replay'>): readonly string[] {
  const closed =
    rejects === undefined || rejects.closed === 0 || replay !== undefined
      ? []
      : [`  open        ${plural(rejects.open, 'reject')}, ${count(rejects.closed)} closed by replays`];
  if (replay === undefined) return closed;
  const others = Object.entries(replay.left).map(
    ([why, records]) => `${plural(records, 'other')} left out: ${left[why] ?? why}`,
  );
  return [`  replay of   load ${replay.of}: ${[plural(replay.records, 'reject'), ...others].join('; ')}`, ...closed];
}
