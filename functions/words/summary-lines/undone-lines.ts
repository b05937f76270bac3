import { printable } from '../../core/printable.ts';
import type { LoadReport } from '../../protocol/outcomes.ts';
import { count, oneLine, plural, second } from '../quantities.ts';

/** What became of a load that was undone, or is being undone, and that an undone load of the same object was before this one. */
export function undoneLines({ undone, afterUndo }: LoadReport): readonly string[] {
  return [
    ...(afterUndo === undefined
      ? []
      : [
          `  again       load ${afterUndo.loadId} of this file was undone at ${second(afterUndo.at)}, by ${printable(afterUndo.by, 80)}`,
        ]),
    ...(undone === undefined ? [] : linesOf(undone)),
  ];
}

function linesOf(undone: NonNullable<LoadReport['undone']>): readonly string[] {
  const { at, by, askedAt, why, stopped } = undone;
  const who = `by ${printable(by, 80)}${why === null ? '' : `: ${oneLine(why)}`}`;
  const when = at === null ? `not yet; asked for at ${second(askedAt)}, ${who}` : `${second(at)}, ${who}`;
  return [
    `  undone      ${when}`,
    `              ${undoneRows(undone)}`,
    ...(stopped === undefined
      ? []
      : [
          `              it broke off at ${second(stopped.at)}, ${printable(stopped.code)}: ${oneLine(stopped.message)}`,
        ]),
  ];
}

/** `3 rows as before (1 restored, 2 removed), 1 stays as it is`. */
export function undoneRows({
  restored,
  removed,
  returned,
  untouched,
  kept,
}: NonNullable<LoadReport['undone']>): string {
  const parts = Object.entries({ restored, removed, returned }).flatMap(([word, rows]) =>
    rows === 0 ? [] : [`${count(rows)} ${word}`],
  );
  const as = untouched === 0 ? '' : `, ${count(untouched)} were already`;
  const all = restored + removed + returned;
  return `${plural(all, 'row')} as before${parts.length === 0 ? '' : ` (${parts.join(', ')})`}${as}, ${count(kept)} ${kept === 1 ? 'stays as it is' : 'stay as they are'}`;
}

const undoWords = { asked: 'to be undone', running: 'undoing', stopped: 'undone in part', done: 'undone' } as const;

/** Where a load stands, as a list of loads has it: its outcome, or what became of it since, or whether it runs. */
export function loadState({
  outcome,
  running,
  undo,
}: {
  readonly outcome: string | null;
  readonly running: boolean;
  readonly undo: keyof typeof undoWords | null;
}): string {
  if (undo !== null) return undoWords[undo];
  return outcome ?? (running ? 'running' : 'unfinished');
}
