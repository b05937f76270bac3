import { printable } from '../../core/printable.ts';
import type { LoadReport } from '../../protocol/outcomes.ts';
import { doubtWords, takenWords } from './mend-words.ts';
import { columns, count, oneLine, plural } from '../quantities.ts';
import type { View } from '../view.ts';

/** One reject to show beside its rule. */
export interface Example {
  /** The key of its object; absent: the load has one. */
  readonly object?: string;
  readonly code: string;
  readonly column: string | null;
  readonly line: number | null;
  readonly value: string | null;
  /** What its column is of, where that is to be said; null: it is of no column. */
  readonly expected?: string | null;
  readonly message: string;
}

type Rule = LoadReport['rejectsByCode'][number];

/** Rules that are shown. */
const mostRules = 5;

/** The rules that rejected most, each with one record that broke it, and what is known that would help. */
export function rejectLines(
  report: LoadReport,
  { command, examples }: Pick<View, 'command'> & { readonly examples: readonly Example[] },
): readonly string[] {
  const top = report.rejectsByCode.toSorted((a, b) => b.rejects - a.rejects);
  if (top.length === 0) return [];
  const shown = top.slice(0, mostRules);
  const ofRule = <Of extends Omit<Rule, 'rejects'>>(all: readonly Of[], { code, column }: Rule): Of | undefined =>
    all.find((one) => one.code === code && one.column === column);
  const rows = shown.map((rule) => {
    const example = ofRule(examples, rule);
    return [count(rule.rejects), rule.code, rule.column ?? '', example === undefined ? '' : sample(example)];
  });
  const table = columns(rows, [0]).trimEnd().split('\n');
  const lines = shown.flatMap((rule, i) => [
    table[i] ?? '',
    ...expectedLines(ofRule(examples, rule)).map(indented),
    ...mendLines(ofRule(report.mends ?? [], rule)).map(indented),
  ]);
  const more =
    top.length > mostRules
      ? [`    and ${plural(top.length - mostRules, 'more rule')}: ${command(`explain ${report.loadId ?? ''}`)}`]
      : [];
  const tried =
    (report.mends ?? []).length === 0 ? [] : ['    found from the rejects alone: plan the load under it before'];
  return [
    '  rejected because (a record may break several rules)',
    ...lines.map((line) => `    ${line}`),
    ...more,
    ...tried,
  ];
}

function indented(line: string): string {
  return `    ${line}`;
}

function sample({ object, line, message }: Example): string {
  const of = object === undefined ? '' : `${printable(object.slice(object.lastIndexOf('/') + 1), 60)}, `;
  return `e.g. ${of}${line === null ? '' : `line ${count(line)}: `}${oneLine(message)}`;
}

/** `expected numeric(12,2), found 1.234,50`: nothing where no cell is meant. */
function expectedLines(example: Example | undefined): readonly string[] {
  if (example?.expected == null) return [];
  const found = example.value === null ? 'nothing' : printable(example.value, 90);
  return [`expected ${printable(example.expected, 80)}, found ${found}`];
}

/** What it makes of cells that were accepted is not known here. */
function mendLines(mend: NonNullable<LoadReport['mends']>[number] | undefined): readonly string[] {
  if (mend === undefined) return [];
  const [first, ...others] = [mend.way, ...mend.others].map((way) => printable(way, 300));
  return [`${takenWords(mend)} under ${first}`, ...others.map((way) => `or under ${way}`), ...doubtWords(mend)];
}
