import iconv from 'iconv-lite';
import { charsets, type Charset } from './names.ts';

/** Characters of bytes over 0x7F as UTF-8, all in one buffer: an entry is where they begin and how long they are. */
export interface Table {
  readonly utf8: Buffer;
  /** By byte: `begin * 16 + length`; 0: none. */
  readonly singles: Uint32Array;
  /** The same by `lead * 256 + trail`; empty where a character is one byte. */
  readonly pairs: Uint32Array;
  /** By byte: 1 where it may begin a character of several bytes. */
  readonly leads: Uint8Array;
  /** Bytes from 0xA0 on are the characters of their number, as in ISO 8859-1. */
  readonly isLatin: boolean;
}

const tables = new Map<Charset, Table>();

/** The characters of an encoding, of one byte or two; made once a process. */
export function tableOf(charset: Charset): Table {
  const known = tables.get(charset);
  if (known !== undefined) return known;
  const made = makeTable(charset);
  tables.set(charset, made);
  return made;
}

function makeTable(charset: Charset): Table {
  const isSingle = (charsets.single as readonly string[]).includes(charset);
  const parts: Buffer[] = [];
  let length = 0;
  const entry = (text: string | undefined): number => {
    if (text === undefined || !isText(text)) return 0;
    const bytes = Buffer.from(text);
    parts.push(bytes);
    length += bytes.length;
    return (length - bytes.length) * 16 + bytes.length;
  };
  const singles = new Uint32Array(256);
  for (let byte = 0x80; byte < 0x100; byte += 1) singles[byte] = entry(iconv.decode(Buffer.of(byte), charset));
  const pairs = new Uint32Array(isSingle ? 0 : 0x10000);
  const leads = new Uint8Array(256);
  if (!isSingle) {
    for (const [i, text] of pairTexts(charset).entries()) {
      const at = allPairs[i] as number;
      const lead = at >> 8;
      // a character by itself, so what follows is another one
      if (singles[lead] !== 0) continue;
      pairs[at] = entry(text);
      if (pairs[at] !== 0) leads[lead] = 1;
    }
  }
  const isLatin =
    isSingle && latin.every((byte) => iconv.decode(Buffer.of(byte), charset) === String.fromCharCode(byte));
  return { utf8: Buffer.concat(parts), singles, pairs, leads, isLatin };
}

/** Bytes that ISO 8859-1 and windows-1252 have in common. */
const latin = Array.from({ length: 0x60 }, (_, i) => 0xa0 + i);

/** Leads 0x81 to 0xFE with trails from 0x40: no encoding here has others, but for the four bytes of GB18030. */
const allPairs = Array.from({ length: 0xfe - 0x81 + 1 }, (_, i) => 0x81 + i).flatMap((lead) =>
  Array.from({ length: 0xff - 0x40 }, (_, i) => lead * 256 + 0x40 + i),
);

/** One decoding for all of them: a line feed is never a trail, so what is none cannot reach its neighbour. */
function pairTexts(charset: Charset): readonly string[] {
  const bytes = Buffer.alloc(allPairs.length * 3, 0x0a);
  for (const [i, pair] of allPairs.entries()) bytes.writeUInt16BE(pair, 3 * i);
  return iconv.decode(bytes, charset).split('\n');
}

/** Some tables fill their gaps with U+FFFD, and others with control characters, which no table of rows means. */
function isText(text: string): boolean {
  return !/[\u0000-\u009f\ufffd]/u.test(text);
}
