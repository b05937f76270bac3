import { mostCellBytes, writeTextCell } from '../shared/table-text.ts';
import { unreadable } from './faults.ts';
import { looksShortened } from './notes.ts';
import type { Parts } from './parts.ts';
import { readXml } from './xml.ts';

/** The texts that cells share, each as a cell of CSV: text i is bytes[ends[i - 1], ends[i]). */
export interface SharedStrings {
  bytes: Buffer;
  ends: Int32Array;
  count: number;
  /** Places of those that look like a shortened number. */
  readonly shortened: Set<number>;
}

/** 64 MiB of texts that differ are 1,000,000 of 64 characters; they stand in memory while the sheet is read. */
const mostBytes = 64 * 1024 * 1024;

/** Reads them all. Throws DecodingFault. */
export async function readSharedStrings(parts: Parts, part: string | null): Promise<SharedStrings> {
  const strings: SharedStrings = { bytes: Buffer.alloc(0), ends: new Int32Array(0), count: 0, shortened: new Set() };
  if (part === null || !parts.has(part)) return strings;
  const text = richText();
  const reader = {
    open(name: string): void {
      if (name === 'si') text.begin();
      else text.open(name);
    },
    close(name: string): void {
      if (name === 'si') add(strings, text.end());
      else text.close(name);
    },
    text: text.text,
  };
  for await (const _ of readXml(part, parts.read(part), reader));
  return strings;
}

function add(strings: SharedStrings, text: string): void {
  const { count } = strings;
  const start = count === 0 ? 0 : (strings.ends[count - 1] as number);
  const bytes = Buffer.from(text);
  const room = start + mostCellBytes(bytes.length);
  if (room > mostBytes)
    throw unreadable(`its texts have more than ${mostBytes} bytes; save the sheet as "CSV UTF-8" and load that`);
  if (room > strings.bytes.length) {
    const larger = Buffer.allocUnsafeSlow(Math.min(mostBytes, Math.max(room, strings.bytes.length * 2, 65_536)));
    strings.bytes.copy(larger, 0, 0, start);
    strings.bytes = larger;
  }
  if (count === strings.ends.length) {
    const longer = new Int32Array(Math.max(1_024, count * 2));
    longer.set(strings.ends);
    strings.ends = longer;
  }
  strings.ends[count] = writeTextCell(bytes, 0, bytes.length, strings.bytes, start);
  strings.count = count + 1;
  if (looksShortened(text)) strings.shortened.add(count);
}

/** A text that may stand in runs of several looks; how it is spoken (`rPh`) is no part of it. */
export interface RichText {
  readonly begin: () => void;
  readonly open: (name: string) => void;
  readonly close: (name: string) => void;
  readonly text: (text: string) => void;
  readonly end: () => string;
}

/** Collects one text after the other. */
export function richText(): RichText {
  let collected = '';
  let inText = false;
  let spoken = 0;
  return {
    begin() {
      collected = '';
      inText = false;
      spoken = 0;
    },
    open(name) {
      if (name === 'rPh') spoken += 1;
      else if (name === 't') inText = spoken === 0;
    },
    close(name) {
      if (name === 'rPh') spoken -= 1;
      else if (name === 't') inText = false;
    },
    text(text) {
      if (inText) collected += text;
    },
    end: () => unescaped(collected),
  };
}

/** Characters that XML cannot hold stand as `_x000D_` (ECMA-376, ST_Xstring). */
export function unescaped(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
