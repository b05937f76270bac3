import type { CleaningStep } from '../step.ts';

/** The tab, line ends, and what Unicode calls a space separator, the no-break ones too; what has no width is no blank. */
const blank = String.raw`[\t\n\v\f\r\p{Zs}]`;
const blanks = new RegExp(`${blank}+`, 'gu');

/** The same blanks; all of them are of one code unit. */
function isBlank(code: number): boolean {
  if (code <= 0x20) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  if (code < 0x1680) return code === 0xa0;
  if (code >= 0x2000 && code <= 0x200a) return true;
  return code === 0x1680 || code === 0x202f || code === 0x205f || code === 0x3000;
}

function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start += 1;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

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
    clean: trimmed,
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
    clean: (text) => trimmed(text).replaceAll(blanks, ' '),
  }),
};
