import type { Decoder, DecodingSource } from '../decoder.ts';

/** Parquet to CSV (README.md). Its reader is imported where there is such a file: it has packers of its own. */
export const parquet: Decoder = {
  kind: 'parquet',
  decode: (source) => ({ chunks: rows(source), paddingBytes: 0 }),
  table: async (source) => {
    const { openTable } = await import('./table.ts');
    return await openTable(source);
  },
};

async function* rows(source: DecodingSource): AsyncGenerator<Buffer> {
  const { openTable } = await import('./table.ts');
  const { header, read, rows: end } = await openTable(source);
  yield header;
  yield* read({ start: 0, end });
}
