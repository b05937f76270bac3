import { read } from './documents.ts';

/** The rows of the first table below a heading, as their cells stand, the row of column names left out. */
export function tableBelow(path: string, heading: string): readonly (readonly string[])[] {
  const [, section] = read(path).split(`## ${heading}\n`);
  if (section === undefined) throw new Error(`${path} has no heading "${heading}"`);
  const lines = section.split('\n## ', 1)[0]?.split('\n') ?? [];
  const first = lines.findIndex((line) => line.startsWith('|'));
  const length = lines.slice(first).findIndex((line) => !line.startsWith('|'));
  if (first < 0) throw new Error(`${path} has no table below "${heading}"`);
  return lines.slice(first + 2, length < 0 ? undefined : first + length).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** Of a table whose first column says what and whose second says how much: the one by the other. */
export function figuresBelow(path: string, heading: string): Readonly<Record<string, string>> {
  return Object.fromEntries(tableBelow(path, heading).map(([what = '', figure = '']) => [what, figure]));
}

/** Of a cell its first number, without a sign of money and of thousands. */
export function numberIn(cell: string): number {
  const [digits] = /\d[\d,]*(?:\.\d+)?/u.exec(cell) ?? [];
  if (digits === undefined) throw new Error(`no number stands in "${cell}"`);
  return Number(digits.replaceAll(',', ''));
}

/** 25000 as 25,000: how a count stands in a document. */
export function count(number: number): string {
  return number.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

/** Two digits that count: an estimate claims no more. */
export function about(number: number): string {
  return Number(number.toPrecision(2)).toLocaleString('en-US', { maximumFractionDigits: 4 });
}
