import { hasNone } from '../bytes.ts';
import { misfitOfNumbers, numberFault } from '../fits.ts';
import type { CleaningStep } from '../step.ts';

/** What may stand between thousands; blanks are those of keyboards and of word processors, apostrophes those of both too. */
const separators: Readonly<Record<string, string>> = {
  dot: '.',
  comma: ',',
  blank: ' \u00a0\u202f\u2009',
  apostrophe: "'\u2019",
};
const names = Object.keys(separators);

/**
 * Cuts what separates the thousands of the cell's first number, whatever stands around it: a currency, parentheses and the
 * decimals are of other steps. A separator elsewhere in the digits is refused: it would be dropped, or taken for a decimal point.
 */
export const group: CleaningStep = {
  name: 'group',
  argument: names.join('|'),
  summary: 'without the separators between thousands; groups that are not of three digits are refused',
  problem: ({ argument = '' }, column) =>
    names.includes(argument)
      ? misfitOfNumbers('group', column)
      : `group takes one of ${names.join(', ')} behind its colon: group:dot.`,
  cleaner: ({ argument = '' }, column) => {
    const chars = separators[argument] ?? '';
    const wrong = {
      code: numberFault(column),
      words: `has no groups of three digits, as group:${argument} takes them`,
    };
    return {
      leaves: hasNone([chars.charCodeAt(0)], chars.length > 1),
      clean: (text) => {
        const first = firstDigit(text);
        const end = endOfGroups(text, first, chars);
        if (isSeparated(text, end, chars)) return wrong;
        const whole = text.slice(first, end);
        const groups = splitAtAny(whole, chars);
        if (groups.length < 2) return text;
        return areGroups(groups) ? text.slice(0, first) + groups.join('') + text.slice(end) : wrong;
      },
    };
  },
};

function firstDigit(text: string): number {
  for (let i = 0; i < text.length; i += 1) if (isDigit(text, i)) return i;
  return text.length;
}

/** End of the digits from `first` on, with single separators between them. */
function endOfGroups(text: string, first: number, separator: string): number {
  let i = first;
  while (isDigit(text, i) || (isSeparator(text, i, separator) && isDigit(text, i + 1))) i += 1;
  return i;
}

/** Whether digits are separated behind the whole number too, or not by one separator alone. */
function isSeparated(text: string, from: number, separator: string): boolean {
  for (let i = from; i < text.length; i += 1) {
    if (!isSeparator(text, i, separator)) continue;
    let next = i + 1;
    while (isSeparator(text, next, separator)) next += 1;
    if (isDigit(text, next) && (isDigit(text, i - 1) || next > i + 1)) return true;
    i = next - 1;
  }
  return false;
}

function splitAtAny(whole: string, separator: string): readonly string[] {
  const groups = [''];
  for (const char of whole) {
    if (separator.includes(char)) groups.push('');
    else groups[groups.length - 1] += char;
  }
  return groups;
}

/** `0.500` is no thousand. */
function areGroups([first = '', ...others]: readonly string[]): boolean {
  return first.length <= 3 && !first.startsWith('0') && others.every(({ length }) => length === 3);
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}

function isSeparator(text: string, at: number, separator: string): boolean {
  return at < text.length && separator.includes(text.charAt(at));
}
