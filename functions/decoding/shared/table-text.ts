/** What is written for a table that is no text: CSV in UTF-8 with commas and `"`, NULL as nothing, an empty text as `""`. */

const QUOTE = 0x22;
const COMMA = 0x2c;
const LF = 0x0a;

/** 1 for a byte that has to stand between quotes. */
const needsQuotes = new Uint8Array(256);
for (const byte of [QUOTE, COMMA, LF, 0x0d]) needsQuotes[byte] = 1;

/** At most so many bytes does a text of that length take as a cell. */
export function mostCellBytes(length: number): number {
  return 2 * length + 2;
}

/** Writes a text, not NULL, as a cell at out[at]; answers where it ends. Any bytes: whether they are UTF-8 is asked of the record. */
export function writeTextCell(bytes: Uint8Array, from: number, end: number, out: Uint8Array, at: number): number {
  let to = at;
  for (let i = from; i < end; i += 1) {
    const byte = bytes[i] as number;
    if (needsQuotes[byte] === 1) return writeQuoted(bytes, from, end, out, at);
    out[to] = byte;
    to += 1;
  }
  return end === from ? writeQuoted(bytes, from, end, out, at) : to;
}

function writeQuoted(bytes: Uint8Array, from: number, end: number, out: Uint8Array, at: number): number {
  let to = at;
  out[to++] = QUOTE;
  for (let i = from; i < end; i += 1) {
    const byte = bytes[i] as number;
    out[to++] = byte;
    if (byte === QUOTE) out[to++] = QUOTE;
  }
  out[to++] = QUOTE;
  return to;
}

/** The header: names as cells. A table of one column has a second one without a name, so that a NULL is no blank line. */
export function headerLine(names: readonly string[]): Buffer {
  const cells = names.map((name) => {
    const bytes = Buffer.from(name);
    const cell = Buffer.alloc(mostCellBytes(bytes.length));
    return cell.toString('utf8', 0, writeTextCell(bytes, 0, bytes.length, cell, 0));
  });
  return Buffer.from(`${(names.length === 1 ? [...cells, ''] : cells).join(',')}\n`);
}
