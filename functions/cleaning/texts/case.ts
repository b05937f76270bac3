import type { CleaningStep } from '../step.ts';

/** Upper and lower case are those of Unicode, in no language: `ß` is `SS`, and `i` is `I` in Turkish texts too. */
export const upper: CleaningStep = {
  name: 'upper',
  argument: null,
  summary: 'in upper case, in the way of Unicode and of no language',
  problem: () => null,
  cleaner: () => ({ leaves: isAsciiWithout(0x61, 0x7a), clean: (text) => text.toUpperCase() }),
};

export const lower: CleaningStep = {
  name: 'lower',
  argument: null,
  summary: 'in lower case, in the way of Unicode and of no language',
  problem: () => null,
  cleaner: () => ({ leaves: isAsciiWithout(0x41, 0x5a), clean: (text) => text.toLowerCase() }),
};

/** A word is a run of letters, marks and digits, as in initcap of PostgreSQL. */
const words = /[\p{L}\p{M}\p{N}]+/gu;

export const title: CleaningStep = {
  name: 'title',
  argument: null,
  summary: 'with the first letter of each word in upper case, the others in lower case',
  problem: () => null,
  cleaner: () => ({ leaves: isAsciiTitle, clean: (text) => text.replaceAll(words, titled) }),
};

function titled(word: string): string {
  const first = String.fromCodePoint(word.codePointAt(0) as number);
  // of the whole word: a sigma at its end has a form of its own
  return titleCase(first) + word.toLowerCase().slice(first.toLowerCase().length);
}

/** Letters that stand for two have a form of their own at the beginning of a word: `Dž` between `dž` and `DŽ`. */
const twoLetters = /^[\u01c4-\u01cc\u01f1-\u01f3]$/u;
/** Georgian has capitals for whole words only. */
const georgian = /^[\u10d0-\u10ff]$/u;

/** In Greek it stays below the first letter of a word, and is a letter of its own in words of capitals. */
const iotaBelow = '\u0345';

function titleCase(letter: string): string {
  if (georgian.test(letter)) return letter;
  if (twoLetters.test(letter)) return twoLettersAtFirst[letter.toLowerCase()] ?? letter;
  const taken = letter.normalize('NFD');
  if (taken.endsWith(iotaBelow)) return `${taken.slice(0, -1).toUpperCase()}${iotaBelow}`.normalize('NFC');
  const [first = '', ...others] = letter.toUpperCase();
  // one letter may become several: of `ß` and `ﬁ` only the first is in upper case
  return first + others.join('').toLowerCase();
}

const twoLettersAtFirst: Readonly<Record<string, string>> = {
  '\u01c6': '\u01c5',
  '\u01c9': '\u01c8',
  '\u01cc': '\u01cb',
  '\u01f3': '\u01f2',
};

/** Whether all bytes are ASCII and none of them is in [first, last]. */
function isAsciiWithout(first: number, last: number): (bytes: Uint8Array, start: number, end: number) => boolean {
  return (bytes, start, end) => {
    for (let i = start; i < end; i += 1) {
      const byte = bytes[i] as number;
      if (byte >= 0x80 || (byte >= first && byte <= last)) return false;
    }
    return true;
  };
}

function isAsciiTitle(bytes: Uint8Array, start: number, end: number): boolean {
  let inWord = false;
  for (let i = start; i < end; i += 1) {
    const byte = bytes[i] as number;
    const isUpper = byte >= 0x41 && byte <= 0x5a;
    const isLower = byte >= 0x61 && byte <= 0x7a;
    if (byte >= 0x80 || (inWord ? isUpper : isLower)) return false;
    inWord = isUpper || isLower || (byte >= 0x30 && byte <= 0x39);
  }
  return true;
}
