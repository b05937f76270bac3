import { splitCells, strayCell } from '../cells.ts';

/** A byte that people put between cells: how it is called, and how it is declared. */
export interface Delimiter {
  readonly character: string;
  readonly words: string;
  /** What `--delimiter` is given, as typed in a shell. */
  readonly option: string;
  /** Of a dataset. */
  readonly field: string;
}

const common: readonly Delimiter[] = [
  { character: ',', words: 'a comma', option: "','", field: "delimiter: ','" },
  { character: ';', words: 'a semicolon', option: "';'", field: "delimiter: ';'" },
  { character: '\t', words: 'a tab', option: 'tab', field: "format: 'tsv'" },
  { character: '|', words: 'a vertical bar', option: "'|'", field: "delimiter: '|'" },
];

/** The one of a character, also of a rarer one. */
export function delimiterOf(character: string): Delimiter {
  const known = common.find((delimiter) => delimiter.character === character);
  const field = `delimiter: ${JSON.stringify(character)}`;
  return known ?? { character, words: `"${character}"`, option: `'${character}'`, field };
}

const quoting = 'declared' as const;

/** The delimiter other than the declared one by which a record has the most cells, all of them well quoted; null: it has one cell. */
export function likelyDelimiter(record: Buffer, declared: string): Delimiter | null {
  const [likely] = common
    .filter(({ character }) => character !== declared)
    .map((delimiter) => ({ delimiter, grammar: { delimiter: delimiter.character.charCodeAt(0), quoting } }))
    .filter(({ grammar }) => strayCell(record, grammar) === -1)
    .map(({ delimiter, grammar }) => ({ delimiter, cells: splitCells(record, grammar).length }))
    .filter(({ cells }) => cells > 1)
    .toSorted((a, b) => b.cells - a.cells);
  return likely?.delimiter ?? null;
}

/** What to type and what to write, so that cells are read as separated by it. */
export function declareDelimiter({ option, field }: Delimiter): string {
  return `Pass --delimiter ${option}, or declare it in the dataset: ${field}.`;
}
