import type { Decoder, DecodingSource } from '../decoder.ts';

/** Parquet to CSV (README.md). Its reader is imported where there is such a file: it has packers of its own. */
export const parquet: Decoder = {
  kind: 'parquet',
  decode: (source) => ({ chunks: rows(source), paddingBytes: 0 }),
};

async function* rows(source: DecodingSource): AsyncGenerator<Buffer> {
  const { parquetRows } = await import('./rows.ts');
  yield* parquetRows(source);
}
