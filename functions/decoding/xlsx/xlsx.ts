import type { Decoder, DecodingSource } from '../decoder.ts';
import { type SheetNotes, noteTexts, startNotes } from './notes.ts';
import { readAsked, type SheetAsked, writtenAsked } from '../../core/decoding/sheet-asked.ts';

/** A sheet of a workbook to CSV (README.md). Its reader is imported where there is one. */
export const xlsx: Decoder = {
  kind: 'xlsx',
  async choose(source, asked) {
    const { sheetOf } = await import('./rows.ts');
    const wanted = readAsked(asked);
    return writtenAsked({ ...wanted, sheet: await sheetOf(source, wanted.sheet) }) ?? '';
  },
  decode(source, asked) {
    const notes = startNotes();
    return {
      chunks: rows(source, readAsked(asked), notes),
      paddingBytes: 0,
      get notes() {
        return noteTexts(notes);
      },
    };
  },
};

async function* rows(source: DecodingSource, asked: SheetAsked, notes: SheetNotes): AsyncGenerator<Buffer> {
  const { workbookRows } = await import('./rows.ts');
  yield* workbookRows(source, asked, notes);
}
