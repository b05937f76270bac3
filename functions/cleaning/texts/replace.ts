import { replacer } from '../patterns/matches.ts';
import { positionsOf, type Positions } from '../patterns/positions.ts';
import { readPattern } from '../patterns/read-pattern.ts';
import type { CleaningStep } from '../step.ts';
import { escapedSplit } from './escaped.ts';

export const replace: CleaningStep = {
  name: 'replace',
  argument: 'PATTERN=TEXT',
  summary: 'TEXT, as it stands, for each longest match of PATTERN, a regular expression without going back',
  problem: ({ argument = '' }) => {
    const [pattern, text] = partsOf(argument);
    if (text === null || pattern === '') {
      return 'replace takes a pattern and a text behind its colon: replace:[-/]+=_. A backslash before = takes it into the pattern.';
    }
    const positions = positionsIn(pattern);
    return typeof positions === 'string' ? `the pattern ${pattern} ${positions}` : null;
  },
  cleaner: ({ argument = '' }) => {
    const [pattern, text] = partsOf(argument);
    const positions = positionsIn(pattern);
    if (typeof positions === 'string' || text === null) throw new Error(`the pattern ${pattern} was not checked`);
    const mayBegin = beginnersOf(positions);
    return {
      leaves: (bytes, start, end) => {
        for (let i = start; i < end; i += 1) if (mayBegin[bytes[i] as number] === 1) return false;
        return true;
      },
      clean: replacer(positions, text),
    };
  },
};

/** What stands before and behind the first `=` without a backslash; null where there is none. */
function partsOf(argument: string): readonly [pattern: string, text: string | null] {
  const [pattern = ''] = escapedSplit(argument, '=');
  return [pattern, pattern.length === argument.length ? null : argument.slice(pattern.length + 1)];
}

function positionsIn(pattern: string): Positions | string {
  const branches = readPattern(pattern);
  return typeof branches === 'string' ? branches : positionsOf(branches);
}

/** By byte: 1 where a match may begin with it. Of what is not ASCII every byte may be one. */
function beginnersOf({ classes, firstAtStart }: Positions): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) =>
    byte >= 0x80 || firstAtStart.some((position) => classes[position]?.has(byte) === true) ? 1 : 0,
  );
}
