import { cleaningSteps } from '../../functions/cleaning/all.ts';
import { problemOfWritten, writtenStep } from '../../functions/compile/declaration/cleaning/written-steps.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';

/** `COLUMN=STEP,STEP...` of --clean, each time it is given; what is wrong is added to `problems`. What suits a column is the dataset's to check. */
export function readCleaning(typed: readonly string[] | undefined, problems: string[]): Pick<LoadRequest, 'clean'> {
  if (typed === undefined) return {};
  const clean = new Map<string, string[]>();
  for (const one of typed) {
    const equals = one.indexOf('=');
    const column = one.slice(0, equals).trim();
    const steps = stepsTyped(one.slice(equals + 1));
    if (equals === -1 || column === '' || steps.includes('')) {
      problems.push(
        `--clean: "${one}" is not COLUMN=STEP,...; write for example --clean name=trim,upper or, for all columns of text, --clean '*=trim'`,
      );
      continue;
    }
    problems.push(
      ...steps.flatMap((step) => problemOfWritten(step) ?? []).map((problem) => `--clean ${column}: ${problem}`),
    );
    clean.set(column, [...(clean.get(column) ?? []), ...steps]);
  }
  return clean.size === 0 ? {} : { clean: Object.fromEntries(clean) };
}

/** Apart at commas, but for those with a backslash before them, which is all that a backslash does here. */
function stepsTyped(typed: string): string[] {
  return typed.split(/(?<!\\),/).map((step) => step.replaceAll('\\,', ','));
}

/** Steps as the help of a command lists them, one a line. */
export function cleaningHelp(indent: string): string {
  return cleaningSteps
    .map((step) => {
      const written = writtenStep(step);
      return `${indent}${written.padEnd(18)}${written.length < 18 ? '' : ' '}${step.summary}`;
    })
    .join('\n');
}
