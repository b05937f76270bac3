import { DecodingFault } from '../decoder.ts';

/** The workbook is not what it should be. @param words with the part or the cell. */
export function corrupt(words: string): DecodingFault {
  return new DecodingFault('XLSX_CORRUPT', 0, words);
}

/** It may be sound, and is not read here, or not without a person's choice. */
export function unreadable(words: string): DecodingFault {
  return new DecodingFault('XLSX_UNREADABLE', 0, words);
}
