import type { Format } from '../format.ts';
import { madeTable } from './table.ts';

/** Parquet (functions/decoding/parquet). @param isMade of MadeTable */
export function parquet(isMade: boolean): Format {
  return madeTable({ what: 'a Parquet file', begins, step: { kind: 'parquet' }, isMade, place: (row) => `row ${row}` });
}

/** Encrypted ones too, of which the decoder says so. */
function begins(head: Buffer): boolean {
  return /^PAR[1E]$/.test(head.toString('latin1', 0, 4));
}
