import type { Decoder, DecodingSource } from '../decoder.ts';

/** A sheet of a workbook to CSV (README.md). Its reader is imported where there is one. */
export const xlsx: Decoder = {
  kind: 'xlsx',
  async choose(source, asked) {
    const { sheetOf } = await import('./rows.ts');
    return await sheetOf(source, asked);
  },
  decode: (source, sheet) => ({ chunks: rows(source, sheet), paddingBytes: 0 }),
};

async function* rows(source: DecodingSource, sheet: string | undefined): AsyncGenerator<Buffer> {
  const { workbookRows } = await import('./rows.ts');
  yield* workbookRows(source, sheet);
}
