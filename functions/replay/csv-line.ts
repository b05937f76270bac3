import { guarded } from './formula-guard.ts';

/**
 * One line of RFC 4180 CSV, in which no cell and no part of one is a formula.
 * @param quoted texts that mean something else without quotes.
 */
export function csvLine(cells: readonly (string | null)[], quoted: readonly string[] = []): string {
  return `${cells.map((text) => cell(text, quoted)).join(',')}\r\n`;
}

/** 1 for what makes a cell need quotes, may begin a formula, or opens a cell that a spreadsheet cuts: all else of ASCII stands as it is. */
const special = Uint8Array.from({ length: 0x80 }, (_, code) =>
  Number('"=+-@,\t\r\n'.includes(String.fromCharCode(code))),
);

/** Whether it needs no guard and no quotes but those of a word for NULL: one look at each character, as most cells do. */
function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code >= 0x80 ? code >= 0xff00 : special[code] === 1) return false;
  }
  return text !== '';
}

function cell(text: string | null, quoted: readonly string[]): string {
  if (text === null) return '';
  if (isPlain(text)) return quoted.includes(text) ? `"${text}"` : text;
  const safe = guarded(text);
  return safe === '' || quoted.includes(safe) || /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
