/** A first line `sep=;`, which is for Excel and no part of the table. */
export interface SeparatorLine {
  /** As it stands: `sep=;`. */
  readonly line: string;
  readonly delimiter: string;
  /** With its line end. */
  readonly byteLength: number;
}

/** Any byte that may separate cells (a letter or a digit may not). */
const separatorLine = /^("?)(sep=([\x01-\x7f]))\1(?:\r\n|\n|\r)/i;

/** Excel's line at `from`, which tells it the delimiter; null where there is none. */
export function separatorLineAt(head: Buffer, from: number): SeparatorLine | null {
  const [whole, , line = '', delimiter = ''] = separatorLine.exec(head.toString('latin1', from, from + 16)) ?? [];
  return whole === undefined || /["\r\n0-9A-Za-z]/.test(delimiter)
    ? null
    : { line, delimiter, byteLength: whole.length };
}
