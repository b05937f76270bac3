import { posix } from 'node:path';
import { printable, printableLines } from '../../functions/core/printable.ts';
import { shortPath } from '../../functions/words/object-name.ts';
import { columns, count, oneLine, plural } from '../../functions/words/quantities.ts';
import type { CheckedDataset, CheckedProject, JudgedFile } from './checked-project.ts';

/** A dataset a line, and below it what is wrong, with the place where an editor opens it; files behind them. */
export function shownProject(
  { datasets, against = [] }: CheckedProject,
  { folder, typedIn }: { readonly folder: string; readonly typedIn: string },
): string {
  const lines = datasets.flatMap((dataset) =>
    shownDataset(dataset, (file) => shortPath(posix.join(folder, file), typedIn)),
  );
  return [...lines, ...against.flatMap(shownFile)].map((line) => `${line}\n`).join('');
}

function shownDataset(
  { name, file, table, problems }: CheckedDataset,
  short: (file: string) => string,
): readonly string[] {
  const what = name === null ? '' : ` ${printable(name)}`;
  if (problems.length === 0) return [`ok     ${what.trim()} -> ${printable(table ?? '')}  (${short(file)})`];
  return [
    `WRONG ${what || ` ${short(file)}`}`,
    ...problems.map(({ line, column, message }) => `  ${short(file)}:${line}:${column}: ${indented(message)}`),
  ];
}

function shownFile(judged: JudgedFile): readonly string[] {
  const { file, dataset, outcome, code, message, counts, before } = judged;
  const name = `${printable(file)}${dataset === null ? '' : ` -> ${printable(dataset)}`}`;
  const told = outcome === null ? 'not judged' : outcome === 'FAILED' ? 'could not be judged' : 'would be refused';
  const whole =
    outcome === 'DRY_RUN'
      ? []
      : [
          `${name}: ${told}${code === null ? '' : ` (${code})`}`,
          ...(message === null ? [] : [`  ${indented(message)}`]),
        ];
  if (counts === null) return whole;
  const compared =
    before === null
      ? ''
      : `; load ${before.loadId} rejected ${count(before.rejected)}${before.outcome === 'REJECTED' ? ' and was refused' : ''}${before.isOther ? ', of other bytes under this name' : ''}`;
  const grown = before === null ? 0 : counts.rejected - before.rejected;
  return [
    ...whole,
    `${name}: ${plural(counts.records, 'record')}, ${count(counts.rejected)} would be rejected${compared}`,
    ...reasonLines(judged),
    ...(grown > 0 ? [`  would now refuse ${count(grown)} more`] : []),
  ];
}

function reasonLines({ rejectsByCode, samples, before, more }: JudgedFile): readonly string[] {
  if (rejectsByCode.length === 0) return [];
  const rows = rejectsByCode.map(({ code, column, rejects }) => {
    const isIt = (each: { readonly code: string; readonly column: string | null }): boolean =>
      each.code === code && each.column === column;
    const grown = more.find(isIt);
    const sample = samples.find(isIt);
    const change = grown === undefined ? 'no more' : `${count(grown.rejects)} more`;
    return [
      `  ${code}`,
      column === null ? '' : printable(column),
      count(rejects),
      before === null ? '' : change,
      sample === undefined
        ? ''
        : oneLine(`${sample.line === null ? '' : `line ${sample.line}: `}${sample.message}`, 120),
    ];
  });
  return columns(rows, [2]).trimEnd().split('\n');
}

function indented(message: string): string {
  return printableLines(message).trimEnd().replaceAll('\n', '\n    ');
}

/** Commands of a workflow of GitHub: it puts each beside its line of the change. `root`: what its paths begin in, from the project's folder. */
export function annotations(
  { datasets, against = [] }: CheckedProject,
  inRepository: (file: string) => string,
): string {
  const ofDatasets = datasets.flatMap(({ name, file, problems }) =>
    problems.map(({ line, column, message }) =>
      workflowCommand(
        'error',
        { file: inRepository(file), line, col: column, title: name === null ? 'dataset' : `dataset ${name}` },
        message,
      ),
    ),
  );
  const ofFiles = against.flatMap(({ file, dataset, outcome, code, message, more }) => {
    const about = datasets.find(({ name }) => name === dataset);
    const place = about === undefined ? {} : { file: inRepository(about.file) };
    const title = `${file}${dataset === null ? '' : ` into ${dataset}`}`;
    if (outcome !== 'DRY_RUN')
      return [
        workflowCommand('error', { ...place, title }, [code, message].filter((each) => each !== null).join(': ')),
      ];
    if (more.length === 0) return [];
    const reasons = more.map(
      (each) => `${count(each.rejects)} ${each.code}${each.column === null ? '' : ` of ${each.column}`}`,
    );
    return [workflowCommand('warning', { ...place, title }, `would now refuse more records: ${reasons.join(', ')}`)];
  });
  return [...ofDatasets, ...ofFiles].map((line) => `${line}\n`).join('');
}

/** `::error file=app.js,line=1::message`; https://docs.github.com/actions/reference/workflow-commands-for-github-actions has the form and actions/toolkit what is escaped. */
function workflowCommand(
  kind: 'error' | 'warning',
  properties: Readonly<Record<string, string | number>>,
  message: string,
): string {
  const told = Object.entries(properties).map(
    ([name, value]) => `${name}=${escaped(String(value)).replaceAll(':', '%3A').replaceAll(',', '%2C')}`,
  );
  return `::${kind} ${told.join(',')}::${escaped(message)}`;
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
