import { escapedSplit, unescaped } from './escaped.ts';
import type { CleaningStep } from '../step.ts';

export const map: CleaningStep = {
  name: 'map',
  argument: 'A=B;C=D',
  summary: 'B where the whole cell is A, D where it is C, to the letter; other cells stay as they are',
  problem: ({ argument = '' }) => {
    const entries = entriesOf(argument);
    if (entries === null)
      return 'map takes words and what becomes of them behind its colon: map:m=male;f=female. A backslash before ; or = takes it for itself.';
    const keys = entries.map(([key]) => key);
    if (keys.includes('')) return 'map has nothing before an =. What an empty cell becomes is said by default:VALUE.';
    const twice = keys.find((key, position) => keys.indexOf(key) !== position);
    return twice === undefined ? null : `map has ${twice} twice.`;
  },
  cleaner: ({ argument = '' }) => {
    const values = new Map(entriesOf(argument));
    const lengths = new Set([...values.keys()].map((key) => Buffer.byteLength(key)));
    return { leaves: (_, start, end) => !lengths.has(end - start), clean: (text) => values.get(text) ?? text };
  },
};

/** Null where a part is no A=B. */
function entriesOf(argument: string): readonly (readonly [string, string])[] | null {
  const entries = escapedSplit(argument, ';').map((entry) => escapedSplit(entry, '=').map(unescaped));
  return entries.every(({ length }) => length === 2)
    ? entries.map(([key = '', value = '']) => [key, value] as const)
    : null;
}
