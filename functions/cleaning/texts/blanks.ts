import type { CleaningStep } from '../step.ts';

/** The tab, line ends, and what Unicode calls a space separator, the no-break ones too; what has no width is no blank. */
const blank = String.raw`[\t\n\v\f\r\p{Zs}]`;
const aroundText = new RegExp(`^${blank}+|(?<!${blank})${blank}+$`, 'gu');
const blanks = new RegExp(`${blank}+`, 'gu');

/** Every blank beyond ASCII has a first byte of 0xc2, 0xe1, 0xe2 or 0xe3 in UTF-8, and a last one above 0x7f. */
function mayBeBlank(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d) || byte >= 0x80;
}

export const trim: CleaningStep = {
  name: 'trim',
  argument: null,
  summary: 'without the blanks around it, those of Unicode too',
  problem: () => null,
  cleaner: () => ({
    leaves: (bytes, start, end) =>
      start === end || !(mayBeBlank(bytes[start] as number) || mayBeBlank(bytes[end - 1] as number)),
    clean: (text) => text.replaceAll(aroundText, ''),
  }),
};

export const collapse: CleaningStep = {
  name: 'collapse',
  argument: null,
  summary: 'each run of blanks in it is one blank, and there are none around it',
  problem: () => null,
  cleaner: () => ({
    leaves: (bytes, start, end) => {
      for (let i = start; i < end; i += 1) if (mayBeBlank(bytes[i] as number)) return false;
      return true;
    },
    clean: (text) => text.replaceAll(aroundText, '').replaceAll(blanks, ' '),
  }),
};
