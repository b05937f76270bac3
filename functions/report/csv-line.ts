/**
 * One line of RFC 4180 CSV. A spreadsheet takes a cell that begins with = + - @ (or a tab or line end before them) for a
 * formula, so such a cell gets an apostrophe in front, unless it is a plain number. Source: OWASP, "CSV Injection".
 */
export function csvLine(cells: readonly (string | null)[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

function cell(text: string | null): string {
  if (text === null) return '';
  const safe = /^[=+\-@\t\r\n]/.test(text) && !/^[+-]?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return safe === '' || /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
