/**
 * One line of RFC 4180 CSV. A spreadsheet takes a cell that begins with = + - @ (or a tab or line end before them) for a
 * formula, so such a cell gets an apostrophe in front, unless it is a plain number. Source: OWASP, "CSV Injection".
 * @param quoted texts that mean something else without quotes.
 */
export function csvLine(cells: readonly (string | null)[], quoted: readonly string[] = []): string {
  return `${cells.map((text) => cell(text, quoted)).join(',')}\r\n`;
}

function cell(text: string | null, quoted: readonly string[]): string {
  if (text === null) return '';
  const safe = /^[=+\-@\t\r\n]/.test(text) && !/^[+-]?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return safe === '' || quoted.includes(safe) || /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
