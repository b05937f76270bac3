import { printable } from '../../core/printable.ts';

/** What a person should know of a sheet, as far as it was read. */
export interface SheetNotes {
  sheet: string;
  /** Names of others that are seen. */
  others: readonly string[];
  /** Whole numbers of over 15 digits, and where the first one is. */
  longNumbers: number;
  firstLong: string;
  /** Texts like `1.23E+11`, and where the first one is. */
  shortened: number;
  firstShortened: string;
}

/** Nothing is read yet. */
export function startNotes(): SheetNotes {
  return { sheet: '', others: [], longNumbers: 0, firstLong: '', shortened: 0, firstShortened: '' };
}

const namesShown = 5;

/** In words, without values. */
export function noteTexts(notes: SheetNotes): readonly string[] {
  const { sheet, others, longNumbers, firstLong, shortened, firstShortened } = notes;
  const names = others
    .slice(0, namesShown)
    .map((name) => printable(name))
    .join(', ');
  const more = others.length > namesShown ? ' and more' : '';
  return [
    ...(others.length > 0
      ? [`sheet ${printable(sheet)} was read; the workbook has ${names}${more} too (--sheet NAME)`]
      : []),
    ...(longNumbers > 0
      ? [
          `whole numbers of over 15 digits in cells: ${longNumbers}, the first ${firstLong}; Excel keeps 15, so the digits behind them may be lost`,
        ]
      : []),
    ...(shortened > 0
      ? [
          `texts like 1.23E+11 in cells: ${shortened}, the first ${firstShortened}; a spreadsheet may have shortened numbers to them`,
        ]
      : []),
  ];
}

/** Whether a text is what a spreadsheet shows of a long number. */
export function looksShortened(text: string): boolean {
  return text.length < 24 && /^-?\d(?:\.\d+)?E\+\d+$/.test(text);
}
