import { rejectCodes } from '../../functions/protocol/reject-codes.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import { didYouMean } from '../../functions/words/did-you-mean.ts';
import type { Arguments } from './usage.ts';

/** Days that records wait for their parents. */
export function readWaitForParents(
  { values }: Pick<Arguments, 'values'>,
  problems: string[],
): Pick<LoadRequest, 'waitForParents'> {
  const typed = values['wait-for-parents'];
  if (typed === undefined) return {};
  const days = Number(typed);
  if (/^\d+$/.test(typed) && days >= 1 && days <= 365) return { waitForParents: days };
  problems.push(`--wait-for-parents: "${typed}" is not a number of days from 1 to 365`);
  return {};
}

/** Limits of an ad-hoc dataset that are given for each code or column, again for more. */
export const namedLimitOptions = ['max-rejects-by-code', 'null-share', 'max-null-turned-share'] as const;

/** Them as a dataset has them; what is wrong is added to `problems`. */
export function readNamedLimits({ lists }: Pick<Arguments, 'lists'>, problems: string[]): LoadRequest['limits'] {
  const maxRejectsByCode = readPairs(lists['max-rejects-by-code'], readCodeLimit, problems);
  const nullShare = readPairs(lists['null-share'], readShareOf('--null-share', 'five in a hundred more'), problems);
  const maxNullTurnedShare = readPairs(
    lists['max-null-turned-share'],
    readShareOf('--max-null-turned-share', 'five in a hundred'),
    problems,
  );
  return {
    ...(maxRejectsByCode !== null && { maxRejectsByCode }),
    ...(nullShare !== null && { nullShare }),
    ...(maxNullTurnedShare !== null && { maxNullTurnedShare }),
  };
}

type Pair = { readonly name: string; readonly value: string };
type Read = (
  typed: string,
  pair: Pair,
) => { readonly option: string; readonly figure: number } | { readonly problem: string };

/** The name is what stands before the last `=`: a column's may hold one, a figure cannot. */
function readPairs(
  typed: readonly string[] | undefined,
  read: Read,
  problems: string[],
): Readonly<Record<string, number>> | null {
  if (typed === undefined) return null;
  const found = new Map<string, number>();
  for (const each of typed) {
    const at = each.lastIndexOf('=');
    const pair = { name: each.slice(0, Math.max(0, at)).trim(), value: each.slice(at + 1).trim() };
    const answer = read(each, pair);
    if ('problem' in answer) problems.push(answer.problem);
    else if (found.has(pair.name) && found.get(pair.name) !== answer.figure)
      problems.push(
        `${answer.option}: ${pair.name} is given as ${found.get(pair.name)} and as ${answer.figure}; give it once`,
      );
    else found.set(pair.name, answer.figure);
  }
  return Object.fromEntries(found);
}

function readCodeLimit(typed: string, { name, value }: Pair): ReturnType<Read> {
  const most = Number(value);
  if (name === '' || !/^\d+$/.test(value) || !Number.isSafeInteger(most))
    return {
      problem: `--max-rejects-by-code: "${typed}" is not CODE=N with a whole number, like --max-rejects-by-code FOREIGN_KEY=100`,
    };
  const known = Object.keys(rejectCodes);
  return known.includes(name)
    ? { option: '--max-rejects-by-code', figure: most }
    : {
        problem: `--max-rejects-by-code: "${name}" is no code of rejects.${didYouMean(name, known) || ` There are ${known.join(', ')}.`}`,
      };
}

/** @param example what 0.05 means here. */
function readShareOf(option: string, example: string): Read {
  return (typed, { name, value }) => {
    const share = Number(value);
    if (name === '' || !/^(?:\d+(?:\.\d+)?|\.\d+)$/.test(value) || share > 1)
      return {
        problem: `${option}: "${typed}" is not COLUMN=SHARE with a share from 0 to 1; ${example} are ${option} email=0.05`,
      };
    return { option, figure: share };
  };
}
