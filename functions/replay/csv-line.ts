import { guarded } from './formula-guard.ts';

/**
 * One line of RFC 4180 CSV, in which no cell and no part of one is a formula.
 * @param quoted texts that mean something else without quotes.
 */
export function csvLine(cells: readonly (string | null)[], quoted: readonly string[] = []): string {
  return `${cells.map((text) => cell(text, quoted)).join(',')}\r\n`;
}

function cell(text: string | null, quoted: readonly string[]): string {
  if (text === null) return '';
  const safe = guarded(text);
  return safe === '' || quoted.includes(safe) || /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
