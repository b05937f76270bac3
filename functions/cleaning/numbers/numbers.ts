import { hasNone } from '../bytes.ts';
import { misfitOfNumbers, numberFault } from '../fits.ts';
import type { CleaningStep } from '../step.ts';
import { withoutEndZeros } from '../zeros.ts';

/** A cell that has nothing of what a step is about is left to the type, which refuses it in its own words where it is no number. */
export const decimal: CleaningStep = {
  name: 'decimal',
  argument: 'comma',
  summary: 'the comma before the decimals becomes a point; a number that has a point is refused',
  problem: ({ argument }, column) =>
    argument === 'comma' ? misfitOfNumbers('decimal', column) : 'decimal takes comma behind its colon: decimal:comma.',
  cleaner: (_, column) => ({
    leaves: hasNone([0x2c, 0x2e]),
    clean: (text) => {
      const comma = text.indexOf(',');
      // one comma and no point, as nearly all have
      if (comma !== -1 && isDigit(text, comma + 1) && text.indexOf(',', comma + 1) === -1 && !text.includes('.')) {
        return `${text.slice(0, comma)}.${text.slice(comma + 1)}`;
      }
      if (/\.\d|\d\./.test(text)) {
        const words =
          'has a point, and decimal:comma takes a comma; a point between thousands is cut by group:dot before';
        return { code: numberFault(column), words };
      }
      if (comma === text.lastIndexOf(','))
        return comma !== -1 && isDigit(text, comma + 1) ? text.replace(',', '.') : text;
      return /\d,|,\d/.test(text) ? { code: numberFault(column), words: 'has more than one comma' } : text;
    },
  }),
};

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}

/** The number with % behind it, its digits with a point. */
const ofHundred = /^([+-]?)(\d+)(?:\.(\d+))?[ \u00a0\u202f]?%$/;

export const percent: CleaningStep = {
  name: 'percent',
  argument: null,
  summary: 'a number with % behind it is divided by 100, exactly; one without stays as it is',
  problem: (_, column) => misfitOfNumbers('percent', column),
  cleaner: (_, column) => ({
    leaves: hasNone([0x25]),
    clean: (text) => {
      if (!text.includes('%')) return text;
      const [, sign = '', whole, fraction = ''] = ofHundred.exec(text) ?? [];
      if (whole === undefined) {
        const words = 'is no number in digits and a point with % behind it';
        return { code: numberFault(column), words };
      }
      return sign + hundredth(whole, fraction);
    },
  }),
};

/** `12`, `50` -> `0.125`: the point two digits to the left, without zeros that say nothing. */
function hundredth(whole: string, fraction: string): string {
  const digits = whole.padStart(3, '0');
  const before = digits.slice(0, -2).replace(/^0+(?=\d)/, '');
  const after = withoutEndZeros(digits.slice(-2) + fraction);
  return after === '' ? before : `${before}.${after}`;
}

export const parentheses: CleaningStep = {
  name: 'parentheses',
  argument: null,
  summary: 'a number in parentheses is negative: `(12.50)` is `-12.50`',
  problem: (_, column) => misfitOfNumbers('parentheses', column),
  cleaner: (_, column) => ({
    leaves: hasNone([0x28, 0x29]),
    clean: (text) => {
      if (!/[()]/.test(text) || !/\d/.test(text)) return text;
      const inside = text.startsWith('(') && text.endsWith(')') ? withoutBlanksAround(text.slice(1, -1)) : '';
      return inside === '' || /^[+-]|[()]|-$/.test(inside)
        ? { code: numberFault(column), words: 'is no number without a sign, all of it in parentheses' }
        : `-${inside}`;
    },
  }),
};

/** Space, no-break and narrow no-break space. */
function withoutBlanksAround(text: string): string {
  return text.replace(/^[ \u00a0\u202f]/, '').replace(/[ \u00a0\u202f]$/, '');
}

export const integer: CleaningStep = {
  name: 'integer',
  argument: null,
  summary: 'without decimals that are all zero: `3.0` is `3`; `3.5` is refused',
  problem: (_, column) => misfitOfNumbers('integer', column),
  cleaner: () => ({
    leaves: hasNone([0x2e]),
    clean: (text) => {
      const [, whole, decimals = ''] = /^([+-]?\d+)\.(\d+)$/.exec(text) ?? [];
      if (whole === undefined) return text;
      return withoutEndZeros(decimals) === ''
        ? whole
        : { code: 'INVALID_INTEGER', words: 'has decimals that are not zero' };
    },
  }),
};
