import { hasNone } from '../bytes.ts';
import { misfitOfNumbers, numberFault } from '../fits.ts';
import type { CleaningStep } from '../step.ts';

/** Space, no-break and narrow no-break space, as they stand between an amount and its currency. */
const blanks = ' \u00a0\u202f';
/** What may stand around a symbol as well as around the number: `-€ 5`, `(€ 5)`. */
const before = '(+-';

export const currency: CleaningStep = {
  name: 'currency',
  argument: 'SYMBOL',
  summary: 'without SYMBOL (`€`, `CHF`) before or behind the number; a number without it stays as it is',
  problem: ({ argument = '' }, column) =>
    /[\d%\s]|^[(+.,-]|\)$/u.test(argument) || !/[\p{L}\p{Sc}]/u.test(argument)
      ? 'currency takes a symbol or a code behind its colon, without digits, signs and blanks: currency:€.'
      : misfitOfNumbers('currency', column),
  cleaner: ({ argument = '' }, column) => {
    const [firstByte = 0] = Buffer.from(argument);
    return {
      leaves: hasNone([firstByte]),
      clean: (text) => {
        const cut = cutBefore(text, argument) ?? cutBehind(text, argument);
        if (cut === null) return text;
        return /\d/.test(cut) ? cut : { code: numberFault(column), words: `has no number beside ${argument}` };
      },
    };
  },
};

/** Null where the symbol does not stand before the number. */
function cutBefore(text: string, symbol: string): string | null {
  const at = pass(text, 0, before + blanks);
  if (!text.startsWith(symbol, at)) return null;
  const front = withoutBlanksAtEnd(text.slice(0, at));
  return front + text.slice(pass(text, at + symbol.length, blanks));
}

/** Null where the symbol does not stand behind the number. */
function cutBehind(text: string, symbol: string): string | null {
  const tail = text.endsWith(')') ? ')' : '';
  const head = text.slice(0, text.length - tail.length);
  return head.endsWith(symbol) ? withoutBlanksAtEnd(head.slice(0, head.length - symbol.length)) + tail : null;
}

function pass(text: string, from: number, chars: string): number {
  let i = from;
  while (i < text.length && chars.includes(text.charAt(i))) i += 1;
  return i;
}

function withoutBlanksAtEnd(text: string): string {
  let end = text.length;
  while (end > 0 && blanks.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
