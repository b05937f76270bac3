import { printable } from '../../core/printable.ts';
import { corrupt, unreadable } from './faults.ts';
import { looksShortened, type SheetNotes } from './notes.ts';
import type { Parts } from './parts.ts';
import { rowWriter } from './row-writer.ts';
import { serialText } from './serial-dates.ts';
import { richText, type SharedStrings, unescaped } from './strings.ts';
import type { SheetAsked } from '../../core/decoding/sheet-asked.ts';
import type { NumberStyle } from './styles.ts';
import { readXml } from './xml.ts';

/** What the cells of a sheet are told apart by. */
export interface SheetReading {
  readonly notes: SheetNotes;
  readonly parts: Parts;
  readonly sheet: { readonly name: string; readonly part: string };
  readonly strings: SharedStrings;
  readonly styles: readonly NumberStyle[];
  readonly since1904: boolean;
  readonly asked: SheetAsked;
  /** Null: numbers are read as they are stored. */
  readonly shownNumber: ((code: string, stored: number) => string | null) | null;
}

/** The largest sheet of Excel. */
const mostRows = 1_048_576;
const mostColumns = 16_384;
/** The first whole number of 16 digits. */
const beyondExcel = 1e15;

/** The rows of a sheet as CSV. Throws DecodingFault. */
export async function* sheetRows(reading: SheetReading): AsyncGenerator<Buffer> {
  const { parts, sheet } = reading;
  const writer = rowWriter(reading.asked);
  const reader = cellReader(reading, writer);
  for await (const _ of readXml(sheet.part, parts.read(sheet.part), reader)) yield* writer.take(false);
  yield* writer.take(true);
}

function cellReader(
  { notes, sheet, strings, styles, since1904, shownNumber }: SheetReading,
  writer: ReturnType<typeof rowWriter>,
) {
  const rich = richText();
  let row = 0;
  let column = -1;
  let type = 'n';
  let style = 0;
  let value: string | null = null;
  let formula: string | null = null;
  let isInline = false;
  let collecting: 'value' | 'formula' | 'inline' | null = null;

  const cellName = (): string => `${columnName(column)}${row}`;
  const where = (): string => `cell ${cellName()} of sheet ${printable(sheet.name)}`;
  const shortened = (): void => {
    notes.shortened += 1;
    if (notes.shortened === 1) notes.firstShortened = cellName();
  };
  const beginRow = (reference: string | undefined): void => {
    const next = reference === undefined ? row + 1 : Number(reference);
    if (!(Number.isInteger(next) && next > row && next <= mostRows))
      throw corrupt(`row ${printable(reference ?? '')} of sheet ${printable(sheet.name)} follows row ${row}`);
    row = next;
    column = -1;
    writer.begin(row);
  };
  const beginCell = (reference: string | undefined): void => {
    const next = reference === undefined ? column + 1 : columnOf(reference);
    if (!(next > column && next < mostColumns)) {
      const cell =
        reference === undefined ? 'a cell behind column XFD, the last that there is,' : `cell ${printable(reference)}`;
      throw corrupt(`${cell} of sheet ${printable(sheet.name)} is out of place, in row ${row}`);
    }
    column = next;
    value = null;
    formula = null;
    isInline = false;
  };
  const stored = (text: string): number => {
    const parsed = Number(text);
    if (text.trim() === '' || !Number.isFinite(parsed)) throw corrupt(`${where()} is no number: ${printable(text)}`);
    return parsed;
  };
  const number = (text: string): void => {
    const { kind = 'number', code = null } = styles[style] ?? {};
    if (kind === 'number' && code !== null && shownNumber !== null) {
      const shown = shownNumber(code, stored(text));
      if (shown !== null) return writer.text(column, shown);
    }
    // up to 15 digits a double holds as they are
    if (kind === 'number' && /^-?[1-9]\d{0,14}$/.test(text)) return writer.text(column, text);
    const exact = stored(text);
    const date = kind === 'number' ? null : serialText(exact, kind, since1904);
    if (date === null && Math.abs(exact) >= beyondExcel && Number.isInteger(exact)) {
      notes.longNumbers += 1;
      if (notes.longNumbers === 1) notes.firstLong = cellName();
    }
    writer.text(column, date ?? String(exact === 0 ? 0 : exact));
  };
  const shared = (text: string): void => {
    const index = Number(text);
    if (!(Number.isInteger(index) && index >= 0 && index < strings.count))
      throw corrupt(`${where()} is text ${printable(text)} of the workbook, which has ${strings.count}`);
    if (strings.shortened.has(index)) shortened();
    writer.cell(
      column,
      strings.bytes,
      index === 0 ? 0 : (strings.ends[index - 1] as number),
      strings.ends[index] as number,
    );
  };
  const endCell = (): void => {
    if (isInline) {
      const text = rich.end();
      if (looksShortened(text)) shortened();
      return writer.text(column, text);
    }
    if (value === null) {
      if (formula === null) return;
      throw unreadable(
        `${where()} is a formula whose value was not saved; open the workbook in a spreadsheet, save it and load that`,
      );
    }
    switch (type) {
      case 'n':
        // an empty value is what some programs write for no value
        return value === '' ? undefined : number(value);
      case 's':
        return shared(value);
      case 'b':
        return writer.text(column, value === '1' || value === 'true' ? 'true' : 'false');
      default:
        // text of a formula, an error as it is shown, a date in ISO 8601
        return writer.text(column, unescaped(value));
    }
  };
  return {
    open(name: string, attributes: Readonly<Record<string, string>>): void {
      switch (name) {
        case 'row':
          return beginRow(attributes['r']);
        case 'c':
          beginCell(attributes['r']);
          type = attributes['t'] ?? 'n';
          style = Number(attributes['s'] ?? 0);
          return;
        case 'v':
          value = '';
          collecting = 'value';
          return;
        case 'f':
          formula = '';
          collecting = 'formula';
          return;
        case 'is':
          rich.begin();
          isInline = true;
          collecting = 'inline';
          return;
        default:
          if (collecting === 'inline') rich.open(name);
      }
    },
    close(name: string): void {
      switch (name) {
        case 'row':
          return writer.end();
        case 'c':
          collecting = null;
          return endCell();
        case 'v':
        case 'f':
        case 'is':
          collecting = null;
          return;
        default:
          if (collecting === 'inline') rich.close(name);
      }
    },
    text(text: string): void {
      if (collecting === 'value') value += text;
      else if (collecting === 'inline') rich.text(text);
    },
  };
}

/** `BC7` is column 54, from 0; -1 for what is no reference. */
function columnOf(reference: string): number {
  let column = 0;
  let i = 0;
  for (; i < reference.length; i += 1) {
    const letter = reference.charCodeAt(i) - 0x40;
    if (letter < 1 || letter > 26) break;
    column = column * 26 + letter;
  }
  return i === 0 || i > 3 ? -1 : column - 1;
}

function columnName(column: number): string {
  const letter = String.fromCharCode(0x41 + (column % 26));
  return column < 26 ? letter : columnName(Math.floor(column / 26) - 1) + letter;
}
