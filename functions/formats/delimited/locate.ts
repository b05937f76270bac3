import { byteTables, CR, LF } from './bytes.ts';
import type { Piece } from '../shared/scanner.ts';
import type { LocatedRecord } from '../../core/located-record.ts';
import type { Locator, LocatorSettings } from '../shared/locator.ts';
import type { Grammar } from './grammar.ts';
import { startWalk, type Walk, walkRecord } from './walk.ts';

/**
 * Finds records again whose offsets are known: their line, length and bytes. The same grammar as the scan without any
 * judging, for a second pass over just the slices that hold rejects or duplicates.
 */
export function createLocator(settings: LocatorSettings & Grammar): Locator {
  const place = startPlace(settings);
  return {
    push(bytes) {
      const piece = { bytes, base: place.received };
      place.received += bytes.length;
      return bytes.length === 0 ? [] : readPiece(place, settings, piece);
    },
    end() {
      const located: LocatedRecord[] = [];
      if (place.recordOffset !== -1) endRecord(place, place.received - place.recordOffset, located);
      if (!isDone(place, settings)) throw notFound(settings.wanted[place.found]);
      return located;
    },
    get done() {
      return isDone(place, settings);
    },
  };
}

function isDone(place: Place, { wanted }: LocatorSettings): boolean {
  return place.found === wanted.length;
}

function readPiece(place: Place, settings: LocatorSettings, piece: Piece): LocatedRecord[] {
  const { bytes, base } = piece;
  const located: LocatedRecord[] = [];
  let i = place.afterCr && bytes[0] === LF ? 1 : 0;
  place.afterCr = false;
  place.nextQuote = -1;
  while (i < bytes.length && !isDone(place, settings)) {
    if (place.recordOffset === -1) {
      if (place.walk.tables.recordEnd === null && bytes[i] === place.walk.tables.lineEnd) {
        i = overLineEnd(place, bytes, i);
        continue;
      }
      startRecord(place, settings, base + i);
    }
    const end = place.recordOffset === base + i ? endOfRecord(place, piece, i) : walkRecord(place.walk, piece, i);
    if (place.isWanted) keep(place, settings, bytes.subarray(i, end === -1 ? bytes.length : end));
    if (end === -1) break;
    endRecord(place, ownLength(place, base + end), located);
    i = overLineEnd(place, bytes, end);
  }
  return located;
}

/**
 * As walkRecord, from a record's first byte on. A line without a quote is a record, and its end is searched for, which takes less than
 * looking at each byte.
 */
function endOfRecord(place: Place, piece: Piece, from: number): number {
  const { bytes } = piece;
  const { quote, lineEnd, whole, comment, recordEnd } = place.walk.tables;
  if (whole !== null || comment !== null || recordEnd !== null) return walkRecord(place.walk, piece, from);
  if (place.nextQuote < from) place.nextQuote = quote === -1 ? bytes.length : indexOrLength(bytes, quote, from);
  const end = bytes.indexOf(lineEnd, from);
  return end === -1 || place.nextQuote < end ? walkRecord(place.walk, piece, from) : end;
}

function indexOrLength(bytes: Buffer, byte: number, from: number): number {
  const at = bytes.indexOf(byte, from);
  return at === -1 ? bytes.length : at;
}

interface Place {
  readonly walk: Walk;
  /** Absolute offset of the next byte that is pushed. */
  received: number;
  /** How many of the wanted records have been answered. */
  found: number;
  /** The record that is being read; -1 between records. */
  recordOffset: number;
  /** What it is wanted by. */
  wantedBy: number;
  /** Records that began, where offsets count them from the first one on. */
  rows: number;
  recordLine: number;
  isWanted: boolean;
  raw: Buffer[];
  rawBytes: number;
  /** Of a wanted record: the newest byte, -1 where it has none yet. */
  lastByte: number;
  afterCr: boolean;
  /** In the piece, at or behind the record that was begun last; its length where there is none, and -1 where it is not known. */
  nextQuote: number;
}

function startPlace(settings: LocatorSettings & Grammar): Place {
  return {
    walk: startWalk(byteTables(settings), settings.startLine),
    received: settings.startOffset,
    found: 0,
    recordOffset: -1,
    wantedBy: -1,
    rows: 0,
    recordLine: settings.startLine,
    isWanted: false,
    raw: [],
    rawBytes: 0,
    lastByte: -1,
    afterCr: false,
    nextQuote: -1,
  };
}

function startRecord(place: Place, { wanted, countsRows, startOffset }: LocatorSettings, byte: number): void {
  const next = wanted[place.found] as number;
  const offset = countsRows === true ? startOffset + place.rows : byte;
  if (offset > next) throw notFound(next);
  place.rows += 1;
  place.recordOffset = byte;
  place.wantedBy = offset;
  place.recordLine = place.walk.line;
  place.isWanted = offset === next;
  place.raw = [];
  place.rawBytes = 0;
  place.lastByte = -1;
}

function keep(place: Place, { maxRawBytes }: LocatorSettings, bytes: Buffer): void {
  place.lastByte = bytes.at(-1) ?? place.lastByte;
  const kept = bytes.subarray(0, maxRawBytes - place.rawBytes);
  if (kept.length === 0) return;
  place.raw.push(Buffer.from(kept));
  place.rawBytes += kept.length;
}

/** Of the record whose end is at `end`, its last byte: what stands before that of it, or a CR before the LF, is no part of the record. */
function ownLength({ walk, lastByte, recordOffset }: Place, end: number): number {
  const { recordEnd } = walk.tables;
  if (recordEnd !== null) return end + 1 - recordEnd.length - recordOffset;
  return end - recordOffset - (lastByte === CR && walk.tables.lineEnd === LF ? 1 : 0);
}

function endRecord(place: Place, byteLength: number, located: LocatedRecord[]): void {
  if (place.isWanted) {
    const { wantedBy: byteOffset, recordLine: line, raw } = place;
    // a CR that a LF follows: a blank line
    if (byteLength === 0 || place.walk.isComment) throw notFound(byteOffset);
    located.push({ byteOffset, byteLength, line, raw: joined(raw).subarray(0, byteLength) });
    place.found += 1;
  }
  place.recordOffset = -1;
  place.isWanted = false;
}

function joined(parts: Buffer[]): Buffer {
  return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
}

function overLineEnd(place: Place, bytes: Buffer, at: number): number {
  const { recordEnd, endLines } = place.walk.tables;
  place.walk.line += endLines;
  if (recordEnd !== null) return at + 1;
  if (bytes[at] === LF) return at + 1;
  place.afterCr = at + 1 === bytes.length;
  return bytes[at + 1] === LF ? at + 2 : at + 1;
}

function notFound(offset: number | undefined): Error {
  return new Error(
    `no record starts at byte ${offset}: the object is not the one that was staged, or the offset is wrong`,
  );
}
