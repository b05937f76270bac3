import { isPunctuation, isRecordEnd } from '../../../functions/compile/declaration/reading/reading-fields.ts';
import { keysOfPath } from '../../../functions/core/format/json-path.ts';
import type { LoadRequest } from '../../../functions/protocol/states.ts';
import { namesTyped } from '../column-options.ts';
import type { Arguments } from '../usage.ts';

/** Options of load that say how the bytes of a file are read, beyond --format, --delimiter, --quote and --null. */
export const readingOptions = [
  'record-end',
  'escape',
  'comment',
  'skip-rows',
  'member',
  'encoding',
  'header-rows',
  'header-join',
  'no-header',
  'columns',
  'json-path',
  'trailer-rows',
  'trailer-line',
  'trailer-records',
  'trailer-sum',
  'fixed',
  'sheet',
  'cells',
  'blank-rows',
  'short-rows',
  'long-rows',
  'repeated-headers',
] as const;

/** Them as a dataset has them; what is wrong is added to `problems`. */
export function readReading(
  { values, flags, lists }: Pick<Arguments, 'values' | 'flags' | 'lists'>,
  problems: string[],
): Pick<LoadRequest, 'reading'> {
  const skipRows = readCount('skip-rows', values['skip-rows'], problems);
  const jsonPath = values['json-path'];
  const recordEnd = readRecordEnd(values['record-end'], problems);
  const escape = readEscape(values['escape'], problems);
  const trailerRows = readCount('trailer-rows', values['trailer-rows'], problems);
  const headerRows = readCount('header-rows', values['header-rows'], problems, 1);
  const headerJoin = values['header-join'];
  const header = readHeader(values['columns'], flags.has('no-header'), problems);
  const reading = {
    ...(recordEnd !== undefined && { recordEnd }),
    ...(escape !== undefined && { escape }),
    ...(values['comment'] !== undefined && { comment: values['comment'] }),
    ...(skipRows !== undefined && { skipRows }),
    ...(values['member'] !== undefined && { member: values['member'] }),
    ...(values['encoding'] !== undefined && { encoding: values['encoding'] }),
    ...(trailerRows !== undefined && { trailerRows }),
    ...readTrailerTotals(values, lists['trailer-sum'] ?? [], problems),
    ...readRows(values, problems),
    ...(headerRows !== undefined && { headerRows }),
    ...(headerJoin !== undefined && { headerJoin }),
    ...(header !== undefined && { header }),
    ...(values['fixed'] !== undefined && { fixed: readFixed(values['fixed'], problems) }),
    ...(values['sheet'] !== undefined && { sheet: values['sheet'] }),
    ...(jsonPath !== undefined && { jsonPath: readJsonPath(jsonPath, problems) }),
  };
  return Object.keys(reading).length === 0 ? {} : { reading };
}

/** `\\n`, `\\r`, `\\t`, `\\xHH` and `\\\\` mean what they do in most languages; any other backslash is one. */
export function readRecordEnd(typed: string | undefined, problems: string[]): string | undefined {
  if (typed === undefined) return undefined;
  const named: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\\': '\\' };
  const end = typed.replaceAll(/\\(?:x([0-9a-f]{2})|([nrt\\]))/gi, (_, hex?: string, letter?: string) =>
    hex === undefined ? (named[(letter ?? '').toLowerCase()] ?? '') : String.fromCharCode(Number.parseInt(hex, 16)),
  );
  if (!isRecordEnd(end)) {
    problems.push(
      `--record-end: "${typed}" is not what ends a record: 1 to 20 characters without a quote, and no LF or CR alone, which end records where nothing is said; write for example --record-end '|\\n' or --record-end '\\x1e'`,
    );
  }
  return end;
}

/** A backslash may be typed as two, as many shells and programs want it. */
function readEscape(typed: string | undefined, problems: string[]): string | undefined {
  if (typed === undefined) return undefined;
  const escape = typed === '\\\\' ? '\\' : typed;
  if (!isPunctuation(escape))
    problems.push(`--escape: "${typed}" is not one ASCII punctuation character; write for example --escape '\\'`);
  return escape;
}

/** `amount=3`: where a line of the trailer says what a column adds up to; a cell, characters (`10-21`) or keys. */
function readTrailerTotals(
  values: Arguments['values'],
  typed: readonly string[],
  problems: string[],
): { readonly trailerTotals?: object } {
  const line = readPlace('trailer-line', values['trailer-line'], problems);
  const typedPlace = values['trailer-records'];
  const records = typedPlace === undefined ? undefined : placeTyped(typedPlace);
  if (records === null) problems.push(`--trailer-records: "${typedPlace}" ${noPlace}`);
  const sums: Record<string, number | string> = {};
  for (const each of typed) {
    const at = each.lastIndexOf('=');
    const column = each.slice(0, Math.max(0, at)).trim();
    const place = placeTyped(each.slice(at + 1));
    if (at < 0 || column === '' || place === null)
      problems.push(`--trailer-sum: "${each}" is not COLUMN=CELL, like --trailer-sum amount=3: its place ${noPlace}`);
    else if (Object.hasOwn(sums, column) && sums[column] !== place)
      problems.push(`--trailer-sum: ${column} is said to be in ${sums[column]} and in ${place}; give it once`);
    else sums[column] = place;
  }
  const hasSums = Object.keys(sums).length > 0;
  if ((records ?? undefined) === undefined && !hasSums) {
    if (line !== undefined && typedPlace === undefined && typed.length === 0)
      problems.push('--trailer-line says where to look: add --trailer-records CELL, or --trailer-sum COLUMN=CELL');
    return {};
  }
  return {
    trailerTotals: {
      ...(line !== undefined && { line }),
      ...(records !== undefined && records !== null && { records }),
      ...(hasSums && { sums }),
    },
  };
}

const noPlace =
  'is no cell, counted from 1; of lines of fixed width it may be characters, first and last (4-9), and of JSON lines it is keys (totals.count)';

/** A number, or a text that the format has to understand; null: neither. */
function placeTyped(typed: string): number | string | null {
  const place = typed.trim();
  if (!/^\d+$/.test(place)) return place === '' ? null : place;
  return place.length <= 4 && Number(place) > 0 ? Number(place) : null;
}

function readPlace(option: string, typed: string | undefined, problems: string[]): number | undefined {
  if (typed === undefined) return undefined;
  if (/^\d{1,4}$/.test(typed) && Number(typed) > 0) return Number(typed);
  problems.push(`--${option}: "${typed}" is not a whole number, 1 or more`);
  return undefined;
}

const rowWords = {
  'blank-rows': { field: 'blankRows', words: ['skip', 'reject', 'keep'] },
  'short-rows': { field: 'shortRows', words: ['reject', 'pad'] },
  'long-rows': { field: 'longRows', words: ['reject', 'cut'] },
  'repeated-headers': { field: 'repeatedHeaders', words: ['reject', 'skip'] },
  cells: { field: 'cells', words: ['stored', 'displayed'] },
} as const;

/** What becomes of records that are no rows as the header has them. */
function readRows(values: Arguments['values'], problems: string[]): Readonly<Record<string, string>> {
  const typed = Object.entries(rowWords).flatMap(([option, { field, words }]) => {
    const word = values[option];
    if (word === undefined) return [];
    if (!words.some((known) => known === word))
      problems.push(`--${option}: "${word}" is none; it is ${words.join(', ')}`);
    return [[field, word] as const];
  });
  return Object.fromEntries(typed);
}

function readHeader(typed: string | undefined, isNone: boolean, problems: string[]): string[] | undefined {
  if (isNone && typed === undefined)
    problems.push('--no-header needs --columns a,b,c: the names of all columns of the file, in their order');
  if (!isNone && typed !== undefined)
    problems.push('--columns names the columns of a file without a header: add --no-header');
  return typed === undefined ? undefined : namesTyped(typed);
}

function readCount(option: string, typed: string | undefined, problems: string[], least = 0): number | undefined {
  if (typed === undefined) return undefined;
  const count = Number(typed);
  if (/^\d+$/.test(typed) && Number.isSafeInteger(count) && count >= least) return count;
  problems.push(`--${option}: "${typed}" is not a whole number, ${least} or more`);
  return undefined;
}

function readJsonPath(typed: string, problems: string[]): string {
  if (keysOfPath(typed) === null)
    problems.push(
      `--json-path: "${typed}" is no path; write the keys that lead to the array of records, data.items or /data/items`,
    );
  return typed;
}

/** `name:width,...`; a comma in a name has a backslash before it, and its last colon counts. */
function readFixed(typed: string, problems: string[]): object[] {
  return namesTyped(typed).map((one) => {
    const [, name = '', width = ''] = /^(.*):\s*(\d{1,7})$/.exec(one) ?? [];
    if (Number(width) > 0) return { name: name.trim(), width: Number(width) };
    problems.push(
      `--fixed: "${one}" is not NAME:WIDTH; write the columns of a line in their order: --fixed id:10,name:30`,
    );
    return {};
  });
}
