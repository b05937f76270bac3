import { z } from 'zod';
import { cleaningSteps, stepNamed } from '../../cleaning/all.ts';
import type { CleaningStep } from '../../cleaning/step.ts';
import type { CleaningChoice } from '../../core/contract.ts';
import { didYouMean, showText } from '../../words/did-you-mean.ts';

/** Column of the target, or `*` for all columns of text -> its steps in order: `trim`, `null:NA`. */
export const cleaningShape = z.record(z.string().min(1), z.array(z.string().min(1).superRefine(checkStep)).min(1));

/** `null:NA` as a contract keeps it; what stands behind the first colon is the argument, colons and all. */
export function cleaningChoice(written: string): CleaningChoice {
  const colon = written.indexOf(':');
  return colon === -1 ? { step: written } : { step: written.slice(0, colon), argument: written.slice(colon + 1) };
}

/** How people write a step: `null:TOKEN`. */
export function writtenStep({ name, argument }: CleaningStep): string {
  return argument === null ? name : `${name}:${argument}`;
}

function checkStep(written: string, context: z.RefinementCtx): void {
  const { step, argument } = cleaningChoice(written);
  const found = stepNamed(step);
  const names = cleaningSteps.map(({ name }) => name);
  const message =
    found === null
      ? `${showText(step)} is no cleaning step.${didYouMean(step, names)} There are ${cleaningSteps.map(writtenStep).join(', ')}`
      : found.argument === null && argument !== undefined
        ? `${step} takes nothing behind a colon`
        : found.argument !== null && !argument
          ? `needs something behind a colon: ${writtenStep(found)}`
          : null;
  if (message !== null) context.addIssue({ code: 'custom', message });
}
