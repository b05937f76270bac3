import { approvals } from '../../functions/compile/declaration/hold-shape.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import { didYouMean } from '../../functions/words/did-you-mean.ts';
import type { Arguments } from './usage.ts';

/** Whether a person is asked before rows are merged; goes with --dataset too, in place of what that says. */
export function readApprove({ values }: Pick<Arguments, 'values'>, problems: string[]): Pick<LoadRequest, 'approve'> {
  const typed = values['approve'];
  if (typed === undefined) return {};
  const words: readonly string[] = approvals;
  if (words.includes(typed)) return { approve: typed };
  problems.push(
    `--approve: "${typed}" is none; it is never, over-limit (a load over its limits waits for a yes) or always.${didYouMean(typed, words)}`,
  );
  return {};
}
