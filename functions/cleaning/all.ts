import type { CleaningChoice } from '../core/contract.ts';
import { collapse, trim } from './texts/blanks.ts';
import type { CleaningStep } from './step.ts';

/** Every step, in the order in which they are shown. */
export const cleaningSteps: readonly CleaningStep[] = [trim, collapse];

/** The step that people call so, or null. */
export function stepNamed(name: string): CleaningStep | null {
  return cleaningSteps.find((step) => step.name === name) ?? null;
}

/** What a contract has chosen. */
export function stepOf({ step }: CleaningChoice): CleaningStep {
  const found = stepNamed(step);
  if (found === null) throw new Error(`no cleaning step is called ${step}`);
  return found;
}
