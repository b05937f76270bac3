import { cleaningSteps, stepNamed } from '../../../cleaning/all.ts';
import type { CleanedColumn, CleaningStep } from '../../../cleaning/step.ts';
import type { CleaningChoice } from '../../../core/contract.ts';
import { didYouMean, showText } from '../../../words/did-you-mean.ts';

/** `null:NA` as a contract keeps it; what stands behind the first colon is the argument, colons and all. */
export function cleaningChoice(written: string): CleaningChoice {
  const colon = written.indexOf(':');
  return colon === -1 ? { step: written } : { step: written.slice(0, colon), argument: written.slice(colon + 1) };
}

/** How people write a step: `null:TOKEN`. */
export function writtenStep({ name, argument }: CleaningStep): string {
  return argument === null ? name : `${name}:${argument}`;
}

/** Why it is no step, whatever the column; null where it is one. */
export function problemOfWritten(written: string): string | null {
  const { step, argument } = cleaningChoice(written);
  const found = stepNamed(step);
  const names = cleaningSteps.map(({ name }) => name);
  if (found === null) {
    return `${showText(step)} is no cleaning step.${didYouMean(step, names)} There are ${cleaningSteps.map(writtenStep).join(', ')}`;
  }
  if (found.argument === null && argument !== undefined) return `${step} takes nothing behind a colon`;
  if (found.argument !== null && !argument) return `needs something behind a colon: ${writtenStep(found)}`;
  const problems = eachKind.map((column) => found.problem(cleaningChoice(written), column));
  return problems.includes(null) ? null : (problems[0] ?? null);
}

/** A column of each kind that steps tell apart: what is wrong with a step for all of them is so by itself. */
const eachKind = (
  [
    ['text', 'text'],
    ['integer', 'int4'],
    ['numeric', 'numeric'],
    ['boolean', 'boolean'],
    ['date', 'date'],
    ['timestamp with time zone', 'timestamptz'],
  ] as const
).map(
  ([type, plainForm]): CleanedColumn => ({
    name: 'x',
    type,
    plainForm,
    hasDefault: true,
    notNull: false,
    defaultText: 'x',
  }),
);
