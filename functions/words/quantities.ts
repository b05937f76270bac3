import { displayWidth } from './display-width.ts';
import { printable } from '../core/printable.ts';

export { agreeing, count, plural } from '../core/quantities/counted.ts';

/** A share as it was found: 0.0912 as 9.12 %. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/** A share as somebody declared it, without a digit that says nothing: 0.05 as 5 %. */
export function declaredPercent(share: number): string {
  return `${Number((100 * share).toFixed(4))} %`;
}

/** Bytes in powers of 1,000, three digits: 127 MB, 1.27 GB. */
export function bytes(number: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(number, 1)) / 3));
  const value = number / 1000 ** power;
  return `${power === 0 ? String(number) : value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ${units[power]}`;
}

/** Milliseconds for a person: 340 ms, 6.2 s, 2:05 min. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  return `${clock(milliseconds)} min`;
}

/** Minutes and seconds: 0:04, 12:30. */
export function clock(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** A time to the second: 2026-11-28T00:40:51Z. @param iso as ISO 8601, in UTC */
export function second(iso: string): string {
  return `${iso.slice(0, 19)}Z`;
}

/** A message on one line: line breaks and indents of what it quotes become single blanks. */
export function oneLine(message: string, most = 90): string {
  return printable(message.replaceAll(/\s+/g, ' '), most);
}

/** Rows of printable cells as aligned columns, two blanks apart; columns named in `right` are aligned right. No cell begins a row. */
export function columns(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const cells = rows.map((row) => row.map((cell) => printable(cell)));
  const widths = cells.reduce<number[]>(
    (all, row) => row.map((cell, i) => Math.max(all[i] ?? 0, displayWidth(cell))),
    [],
  );
  const padded = (cell: string, i: number): string => {
    const blanks = ' '.repeat(Math.max(0, (widths[i] ?? 0) - displayWidth(cell)));
    return right.includes(i) ? blanks + cell : cell + blanks;
  };
  return cells.map((row) => `${row.map(padded).join('  ').trimEnd()}\n`).join('');
}
