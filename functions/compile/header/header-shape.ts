import { LoadRejected } from '../../protocol/errors.ts';
import { loadCodes } from '../../protocol/load-codes.ts';
import type { Contract } from '../../core/contract.ts';
import { shellWord } from '../../core/typed-again.ts';
import { broughtColumns } from '../../core/supplies/supplied.ts';
import { formatOf } from '../../formats/format-of.ts';
import { columnOfHeader, headerKey, isNamed } from '../../formats/shared/column-names.ts';
import { inCode, showText } from '../../words/did-you-mean.ts';
import { byPosition, isAdHoc } from '../../words/whose-dataset.ts';

/** 1600 columns of a PostgreSQL table, less the two that staging adds. */
export const MAX_FILE_COLUMNS = 1598;

/**
 * Refuses headers that cannot be looked up at all: none, another delimiter, more names than a table has columns, repeated
 * names. How many there are is asked before they are compared.
 */
export function requireHeaderShape(contract: Contract, names: readonly string[]): void {
  requireNames(names);
  requireDelimiter(contract, names);
  if (names.length > MAX_FILE_COLUMNS) {
    throw new LoadRejected(
      loadCodes.TOO_MANY_COLUMNS,
      `The header has ${names.length} columns; PostgreSQL can stage at most ${MAX_FILE_COLUMNS}. ` +
        `Is the delimiter right, and does the file begin with a header? If so, split it by columns.`,
    );
  }
  requireNoRepeatedName(contract, names);
}

/** The question whether a first line without any name of a column is a header at all; nothing where it has one, or one cell only. */
export function headerLine(contract: Contract, names: readonly string[]): readonly string[] {
  const named = names.filter(isNamed);
  // one wrong name may be any mistake; several and no right one are a first line of data
  const isData = names.length > 1 && named.every((name) => columnOfHeader(contract, name) === undefined);
  if (!isData) return [];
  const columns = broughtColumns(contract)
    .slice(0, names.length)
    .map(({ name }) => name);
  const said = isAdHoc(contract)
    ? `--no-header --columns ${shellWord(columns.map((name) => name.replaceAll(',', '\\,')).join(','))}`
    : `header: [${columns.map(inCode).join(', ')}] in the dataset`;
  return [
    'None of its cells is a column of the table: is the header line missing, and this the first record? ' +
      `Then name its columns, in their order in the file: ${said}.`,
  ];
}

function requireNames(names: readonly string[]): void {
  if (names.some(isNamed)) return;
  throw new LoadRejected(
    loadCodes.HEADER_EMPTY,
    `The file's first record must name its columns, but it is empty. Have the source write a header line.`,
  );
}

function requireDelimiter(contract: Contract, names: readonly string[]): void {
  const [only = ''] = names;
  if (names.length !== 1 || columnOfHeader(contract, only) !== undefined) return;
  const doubt = formatOf({ contract }).doubtOfOnlyName(only);
  if (doubt === null) return;
  throw new LoadRejected(loadCodes.WRONG_DELIMITER, `The header is one single column, ${showText(only)}: ${doubt}`);
}

function requireNoRepeatedName(contract: Contract, names: readonly string[]): void {
  const positions = new Map<string, number[]>();
  names.forEach((name, i) => {
    if (!isNamed(name) || contract.ignoredPositions?.includes(i + 1) === true) return;
    const key = headerKey(contract, name);
    const places = positions.get(key);
    if (places === undefined) positions.set(key, [i + 1]);
    else places.push(i + 1);
  });
  const repeated = [...positions.values()].filter((places) => places.length > 1);
  if (repeated.length === 0) return;
  const listed = repeated.slice(0, 5).map((places) => {
    const written = places.slice(0, 5).map((place) => showText(names[place - 1] ?? ''));
    return `${[...new Set(written)].join(' and ')} at positions ${places.slice(0, 12).join(', ')}`;
  });
  throw new LoadRejected(
    loadCodes.DUPLICATE_HEADER,
    `The header names ${repeated.length === 1 ? 'a column' : `${repeated.length} columns`} more than once ` +
      `(case and surrounding blanks do not count): ${listed.join('; ')}. ` +
      [
        'Which of them is meant cannot be told: have the source give each column its own name, or ignore all but one ' +
          `by position: ${byPosition(
            contract,
            repeated.flatMap((places) => places.slice(1)).toSorted((a, b) => a - b),
          )}.`,
        ...headerLine(contract, names),
      ].join(' '),
  );
}
