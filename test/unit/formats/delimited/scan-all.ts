import { createScanner, type ScanSettings } from '../../../../functions/formats/delimited/scanner.ts';
import type { ScanCounts } from '../../../../functions/formats/shared/scanner.ts';
import type { RawRecord } from '../../../../functions/formats/shared/raw-record.ts';

export interface WholeScan {
  readonly typed: string;
  readonly raw: readonly RawRecord[];
  readonly counts: ScanCounts;
}

/** Scans one slice of an object, pushed in pieces that end at the cuts (absolute), as a worker would: until it is done. */
export function scanSlice(object: Buffer, settings: ScanSettings, cuts: readonly number[] = []): WholeScan {
  const scanner = createScanner(settings);
  const typed: Buffer[] = [];
  const raw: RawRecord[] = [];
  const take = (scanned: { typed: Buffer[]; raw: RawRecord[] }): void => {
    typed.push(...scanned.typed);
    raw.push(...scanned.raw);
  };
  for (const piece of pieces(object, settings.startOffset, cuts)) {
    if (scanner.done) break;
    // a copy that is overwritten afterwards: nothing handed out may point into the piece
    const own = Buffer.from(piece);
    take(scanner.push(own));
    own.fill(0x22);
  }
  if (!scanner.done) take(scanner.end());
  return { typed: Buffer.concat(typed).toString('latin1'), raw, counts: scanner.counts() };
}

/** object[start..] in pieces that end at the cuts. */
export function pieces(object: Buffer, start: number, cuts: readonly number[]): Buffer[] {
  const ends = [...cuts, object.length].filter((cut) => cut > start && cut <= object.length).toSorted((a, b) => a - b);
  return ends.map((end, i) => object.subarray(ends[i - 1] ?? start, end));
}

/** Settings of a scan of the whole object; what matters to a test is named in it. */
export function wholeObject(
  object: Buffer,
  settings: Partial<ScanSettings> & Pick<ScanSettings, 'forms'>,
): ScanSettings {
  return {
    delimiter: 0x2c,
    lineEnd: 'lf',
    quoting: 'declared',
    maxRecordBytes: 1000,
    maxRawBytes: 1000,
    startOffset: 0,
    endOffset: object.length,
    ...settings,
  };
}
