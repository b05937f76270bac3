import type { Format } from '../format.ts';
import { madeTable } from './table.ts';

/** Parquet (functions/decoding/parquet). @param decoded isMade and countsRows of MadeTable */
export function parquet(decoded: { readonly isMade: boolean; readonly countsRows: boolean }): Format {
  const place = (row: number): string => `row ${row}`;
  return madeTable({ what: 'a Parquet file', begins, step: { kind: 'parquet' }, ...decoded, place });
}

/** Encrypted ones too, of which the decoder says so. */
function begins(head: Buffer): boolean {
  return /^PAR[1E]$/.test(head.toString('latin1', 0, 4));
}
