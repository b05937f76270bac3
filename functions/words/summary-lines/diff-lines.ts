import { printable } from '../../core/printable.ts';
import type { LoadReport } from '../../protocol/outcomes.ts';
import { columns, count, plural } from '../quantities.ts';

/** Of a summary, in which other things are told too; report.json and `landfall plan` have all. */
const shownColumns = 8;
const shownSamples = 5;

/** As wide as values are shown: two of them, a key and a column stand on one line. */
const shownCharacters = 32;

/**
 * What a load that changed nothing yet would change of rows that are there: cells by column, and some of them old and new. Of a load
 * that is merged it is told nothing: its report has it.
 */
export function diffLines({ diff, outcome }: LoadReport, isPlan: boolean): readonly string[] {
  if (diff === undefined || outcome === 'LOADED' || outcome === 'ALREADY_LOADED') return [];
  return [...changeLines(diff, isPlan), ...dayLines(diff, isPlan)];
}

function changeLines(diff: NonNullable<LoadReport['diff']>, isPlan: boolean): readonly string[] {
  if (diff.columns.length === 0) return [];
  const cells = diff.columns.reduce((sum, { changed }) => sum + changed, 0);
  const shown = isPlan ? diff.columns : diff.columns.slice(0, shownColumns);
  const table = columns(
    shown.map(({ column, changed, turnedNull }) => [
      '~',
      printable(column, 63),
      count(changed),
      turnedNull === 0 ? '' : `${count(turnedNull)} of them to NULL`,
    ]),
    [2],
  );
  const left = diff.columns.length - shown.length;
  return [
    `  changes     ${plural(cells, 'cell')} in ${plural(diff.columns.length, 'column')}`,
    ...indented(table),
    ...(left === 0 ? [] : [`    and in ${plural(left, 'more column')}, see report.json`]),
    ...sampleLines(diff.samples.slice(0, isPlan ? Infinity : shownSamples)),
  ];
}

/** The newest days: of a plan all that there are. */
function dayLines({ byDay }: NonNullable<LoadReport['diff']>, isPlan: boolean): readonly string[] {
  if (byDay === undefined || byDay.days.length === 0) return [];
  const shown = isPlan ? byDay.days : byDay.days.slice(-shownColumns);
  const rows = shown.map(({ day, ...counts }) => {
    const each = Object.entries(counts).flatMap(([word, records]) =>
      records === 0 ? [] : `${count(records)} ${word}`,
    );
    return [day ?? 'no day', each.join(', ')];
  });
  const left = byDay.left + byDay.days.length - shown.length;
  return [
    `  by day      ${printable(byDay.column, 63)}`,
    ...indented(columns(rows)),
    ...(left === 0 ? [] : [`    and ${plural(left, 'day')} before`]),
  ];
}

function sampleLines(samples: NonNullable<LoadReport['diff']>['samples']): readonly string[] {
  const rows = samples.map((sample) => {
    const key = Object.entries(sample.key).map(([name, value]) => `${name}=${value ?? 'NULL'}`);
    return [
      '~',
      printable(key.join(', '), 2 * shownCharacters),
      printable(sample.column, 63),
      shownCell(sample.old),
      '->',
      shownCell(sample.new),
    ];
  });
  return ['  for example', ...indented(columns(rows))];
}

function shownCell(value: string | null): string {
  return value === null ? 'NULL' : `'${printable(value, shownCharacters)}'`;
}

function indented(table: string): readonly string[] {
  return table
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`);
}
