import type { DecodingSource } from '../decoder.ts';
import { ranged } from '../shared/ranged.ts';
import { unreadable } from './faults.ts';
import type { SheetNotes } from './notes.ts';
import { openParts, type Parts } from './parts.ts';
import { sheetRows } from './sheet-rows.ts';
import { readSharedStrings } from './strings.ts';
import { readStyles } from './styles.ts';
import { chosenSheet, openWorkbook } from './workbook.ts';

/** The rows of a sheet as CSV; its name, or else the first that is seen. Throws DecodingFault. */
export async function* workbookRows(
  source: DecodingSource,
  asked: string | undefined,
  notes: SheetNotes,
): AsyncGenerator<Buffer> {
  const parts = await partsOf(source);
  const workbook = await openWorkbook(parts);
  const { since1904 } = workbook;
  const sheet = chosenSheet(workbook, asked);
  notes.sheet = sheet.name;
  notes.others = workbook.sheets
    .filter(({ part, isHidden }) => part !== null && part !== sheet.part && !isHidden)
    .map(({ name }) => name);
  const styles = await readStyles(parts, workbook.stylesPart);
  const strings = await readSharedStrings(parts, workbook.sharedStringsPart);
  yield* sheetRows({ notes, parts, sheet, strings, styles, since1904 });
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
