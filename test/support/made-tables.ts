import type { Decoder, DecodingSource } from '../../functions/decoding/decoder.ts';

/** Bytes that a decoder may read by ranges, or as they come, 1,000 at once. */
export function rangedSource(bytes: Buffer): DecodingSource & { readonly read: NonNullable<DecodingSource['read']> } {
  return {
    sizeBytes: bytes.length,
    async *chunks() {
      for (let at = 0; at < bytes.length; at += 1_000) yield bytes.subarray(at, at + 1_000);
    },
    async *read({ start, end }) {
      yield bytes.subarray(start, end);
    },
  };
}

/** What a decoder makes of the bytes of an object; `ranged`: it may read them by ranges, else as they come, 1,000 at once. */
export async function storedBytes(
  decoder: Decoder,
  bytes: Buffer,
  ranged: boolean,
  argument?: string,
): Promise<Buffer> {
  const stored = rangedSource(bytes);
  const source = ranged ? stored : { ...stored, sizeBytes: null, read: null };
  const made: Buffer[] = [];
  for await (const chunk of decoder.decode(source, argument).chunks) made.push(chunk);
  return Buffer.concat(made);
}

/** CSV by itself, apart from our own reader; an unquoted empty cell is null. */
export function rowsOfCsv(csv: Buffer): (string | null)[][] {
  const text = csv.toString('utf8');
  const rows: (string | null)[][] = [];
  let row: (string | null)[] = [];
  let at = 0;
  while (at < text.length) {
    let cell: string | null = '';
    if (text[at] === '"') {
      for (at += 1; ; at += 1) {
        if (text[at] === '"' && text[at + 1] !== '"') break;
        if (text[at] === '"') at += 1;
        if (at >= text.length) throw new Error('a quote never closes');
        cell += text[at];
      }
      at += 1;
    } else {
      const end = text.slice(at).search(/[,\n]/);
      cell = text.slice(at, at + end);
      at += end;
      if (cell === '') cell = null;
    }
    row.push(cell);
    if (text[at] === '\n') {
      rows.push(row);
      row = [];
    }
    at += 1;
  }
  return rows;
}
