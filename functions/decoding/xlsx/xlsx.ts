import type { Decoder, DecodingSource } from '../decoder.ts';
import { type SheetNotes, noteTexts, startNotes } from './notes.ts';

/** A sheet of a workbook to CSV (README.md). Its reader is imported where there is one. */
export const xlsx: Decoder = {
  kind: 'xlsx',
  async choose(source, asked) {
    const { sheetOf } = await import('./rows.ts');
    return await sheetOf(source, asked);
  },
  decode(source, sheet) {
    const notes = startNotes();
    return {
      chunks: rows(source, sheet, notes),
      paddingBytes: 0,
      get notes() {
        return noteTexts(notes);
      },
    };
  },
};

async function* rows(source: DecodingSource, sheet: string | undefined, notes: SheetNotes): AsyncGenerator<Buffer> {
  const { workbookRows } = await import('./rows.ts');
  yield* workbookRows(source, sheet, notes);
}
