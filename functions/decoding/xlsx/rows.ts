import type { DecodingSource } from '../decoder.ts';
import { ranged } from '../shared/ranged.ts';
import { unreadable } from './faults.ts';
import type { SheetNotes } from './notes.ts';
import { openParts, type Parts } from './parts.ts';
import type { SheetAsked } from '../../core/decoding/sheet-asked.ts';
import { sheetRows } from './sheet-rows.ts';
import { readSharedStrings } from './strings.ts';
import { readStyles } from './styles.ts';
import { chosenSheet, openWorkbook } from './workbook.ts';

/** The rows of a sheet as CSV. Throws DecodingFault. */
export async function* workbookRows(
  source: DecodingSource,
  asked: SheetAsked,
  notes: SheetNotes,
): AsyncGenerator<Buffer> {
  const parts = await partsOf(source);
  const workbook = await openWorkbook(parts);
  const { since1904 } = workbook;
  const sheet = chosenSheet(workbook, asked.sheet);
  notes.sheet = sheet.name;
  notes.others = workbook.sheets
    .filter(({ part, isHidden }) => part !== null && part !== sheet.part && !isHidden)
    .map(({ name }) => name);
  const styles = await readStyles(parts, workbook.stylesPart);
  const strings = await readSharedStrings(parts, workbook.sharedStringsPart);
  // its table of formats is read only where cells are to look as they do
  const shownNumber = asked.displayed === true ? (await import('./shown-number.ts')).shownNumber : null;
  yield* sheetRows({ notes, parts, sheet, strings, styles, since1904, asked, shownNumber });
}

/** The name of the sheet that is read, as the argument of the step. Throws DecodingFault. */
export async function sheetOf(source: DecodingSource, asked: string | undefined): Promise<string> {
  return chosenSheet(await openWorkbook(await partsOf(source)), asked).name;
}

async function partsOf(source: DecodingSource): Promise<Parts> {
  const file = await ranged(source, (limit) =>
    unreadable(`it is packed and unpacks to more than ${limit} bytes; unpack it and load the workbook itself`),
  );
  return await openParts(file);
}
