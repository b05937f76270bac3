import { charset } from './charset/charset.ts';
import type { Decoder, Unpacker } from './decoder.ts';
import { gzip } from './gzip.ts';
import { json } from './json/json.ts';
import { jsonSequence } from './json/sequence.ts';
import { parquet } from './parquet/parquet.ts';
import type { DecodingKind } from './steps.ts';
import { trailer } from './trailer/trailer.ts';
import { xlsx } from './xlsx/xlsx.ts';
import { zip } from './zip/zip.ts';
import { zstd } from './zstd.ts';

/** Each decoder by its kind; one more is one more line. */
export const decoders: Readonly<Record<DecodingKind, Decoder>> = {
  gzip,
  zstd,
  zip,
  charset,
  json,
  'json-seq': jsonSequence,
  parquet,
  trailer,
  xlsx,
};

const unpackers: readonly Unpacker[] = [gzip, zstd, zip];

/** How the bytes that begin like these are packed; null: not, or in a way that formats/shared/other-format.ts refuses. */
export function unpackerOf(head: Buffer): Unpacker | null {
  return unpackers.find(({ begins }) => begins(head)) ?? null;
}
