import { escapedSplit, unescaped } from './escaped.ts';
import { misfit } from '../fits.ts';
import type { CleaningStep } from '../step.ts';

interface Pair {
  readonly yes: string;
  readonly no: string;
}

export const boolean: CleaningStep = {
  name: 'boolean',
  argument: 'YES/NO',
  summary:
    'true where the cell is YES, false where it is NO, in their case; several pairs behind `;`; any other word is refused',
  problem: ({ argument = '' }, column) => {
    const pairs = pairsOf(argument);
    if (pairs === null)
      return 'boolean takes pairs of words behind its colon, the first of each for true: boolean:yes/no or boolean:yes/no;y/n.';
    const words = pairs.flatMap(({ yes, no }) => [yes, no]);
    const twice = words.find((word, position) => words.indexOf(word) !== position);
    return twice === undefined
      ? misfit('boolean gives true and false', column, ['boolean', 'text'])
      : `boolean has the word ${twice} twice.`;
  },
  cleaner: ({ argument = '' }) => {
    const pairs = pairsOf(argument) ?? [];
    const values = new Map(
      pairs.flatMap(
        ({ yes, no }) =>
          [
            [yes, 'true'],
            [no, 'false'],
          ] as const,
      ),
    );
    const words = `is none of ${[...values.keys()].join(', ')}`;
    return { leaves: () => false, clean: (text) => values.get(text) ?? { code: 'INVALID_BOOLEAN', words } };
  },
};

/** Null where it is none: each pair has two words, neither of them empty. */
function pairsOf(argument: string): readonly Pair[] | null {
  const pairs = escapedSplit(argument, ';').map((pair) => escapedSplit(pair, '/').map(unescaped));
  const isWhole = pairs.every((words) => words.length === 2 && words.every((word) => word !== ''));
  return isWhole ? pairs.map(([yes = '', no = '']) => ({ yes, no })) : null;
}
