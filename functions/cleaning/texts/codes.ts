import { misfit } from '../fits.ts';
import type { CleaningStep } from '../step.ts';

/** Codes whose zeros in front are too many, or were lost: article numbers, postcodes, accounts. */
export const strip: CleaningStep = {
  name: 'strip',
  argument: 'CHAR',
  summary:
    'without CHAR at its beginning, as often as it stands there (`strip:0`); where there is nothing else, one stays',
  problem: ({ argument = '' }) =>
    [...argument].length === 1 ? null : 'strip takes one character behind its colon: strip:0.',
  cleaner: ({ argument = '' }) => {
    const [firstByte = 0] = Buffer.from(argument);
    return {
      leaves: (bytes, start, end) => start === end || bytes[start] !== firstByte,
      clean: (text) => {
        let at = 0;
        while (at + argument.length < text.length && text.startsWith(argument, at)) at += argument.length;
        return text.slice(at);
      },
    };
  },
};

/** Longer than any code that people write. */
const longest = 1000;

export const pad: CleaningStep = {
  name: 'pad',
  argument: 'N',
  summary: 'with zeros in front, behind a sign, up to N characters; an empty or a longer cell stays as it is',
  problem: ({ argument = '' }, column) =>
    /^[1-9]\d{0,3}$/.test(argument) && Number(argument) <= longest
      ? misfit('pad gives texts with zeros in front', column, ['text'])
      : `pad takes a number of characters from 1 to ${longest} behind its colon: pad:6.`,
  cleaner: ({ argument }) => {
    const length = Number(argument);
    return {
      leaves: (bytes, start, end) => start === end || hasCharacters(bytes, start, end, length),
      clean: (text) => {
        const missing = text === '' ? 0 : length - [...text].length;
        if (missing <= 0) return text;
        const sign = /^[+-]/.test(text) ? text.charAt(0) : '';
        return sign + '0'.repeat(missing) + text.slice(sign.length);
      },
    };
  },
};

/** Whether there are so many at least; each has one byte that goes on from none. */
function hasCharacters(bytes: Uint8Array, start: number, end: number, length: number): boolean {
  let count = 0;
  for (let i = start; i < end && count < length; i += 1) if (((bytes[i] as number) & 0xc0) !== 0x80) count += 1;
  return count === length;
}
