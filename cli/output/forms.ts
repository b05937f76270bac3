import { documentLine } from './documents.ts';
import { csvLine } from '../../functions/replay/csv-line.ts';
import { type Arguments, UsageError } from '../typed/usage.ts';

/** How what is listed is printed: for a person, as one document, an object a line, or CSV without formulas. */
export const outputForms = ['table', 'json', 'ndjson', 'csv'] as const;
export type OutputForm = (typeof outputForms)[number];

/** Of every verb that lists. */
export const outputOption = { output: { type: 'string', values: outputForms } } as const;

/** What --help says of it. */
export const outputHelp = `  --output WORD        table, json (as --json), ndjson: an object a line, or csv: a line each, with a header and without formulas`;

/** What --output and --json ask for. @throws UsageError where it is none, or both are given */
export function outputForm(typed: Pick<Arguments, 'values' | 'flags'>): OutputForm {
  return outputWord(typed, outputForms, 'table');
}

/** The same of a verb with other words; `usual` where nothing is said. @throws UsageError */
export function outputWord<Word extends string>(
  { values, flags }: Pick<Arguments, 'values' | 'flags'>,
  words: readonly (Word | 'json')[],
  usual: Word,
): Word | 'json' {
  const { output } = values;
  if (output === undefined) return flags.has('json') ? 'json' : usual;
  if (flags.has('json')) throw new UsageError(['--json and --output say the same: give one of them']);
  const word = words.find((each) => each === output);
  if (word === undefined) throw new UsageError([`--output: "${output}" is none; there are ${words.join(', ')}`]);
  return word;
}

/** What a verb lists: a row an object, and which of its fields are columns of the CSV. */
export interface Listed {
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** What is listed in a form for programs; `json` is the whole as one document. */
export function listedText(form: Exclude<OutputForm, 'table'>, listed: Listed, json: () => string): string {
  if (form === 'json') return json();
  return form === 'csv' ? csvOf(listed) : ndjsonOf(listed.rows);
}

/** An object a line. */
export function ndjsonOf(rows: readonly object[]): string {
  return rows.map(documentLine).join('');
}

/** A header, and a line each; null is empty, an object is JSON. Lines end with LF, since a terminal is shown no carriage return. */
export function csvOf({ columns, rows }: Listed): string {
  const lines = rows.map((row) => csvLine(columns.map((column) => cellOf(row[column]))));
  return [csvLine([...columns]), ...lines].join('').replaceAll('\r\n', '\n');
}

function cellOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
