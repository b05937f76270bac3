import { LoadRejected } from '../protocol/errors.ts';
import type { Contract } from '../core/contract.ts';
import { printable } from '../core/printable.ts';
import { duration } from '../words/quantities.ts';
import { showText } from '../words/did-you-mean.ts';
import { shownTarget } from '../core/target-name.ts';
import { placeInOwnCode } from '../db/own-code.ts';
import type { TooSlow } from '../db/time-bound.ts';

/** At most so many patterns, CHECKs and domains are named. */
const named = 5;

/** The refusal, with what the statement may have evaluated; names and patterns, never a cell. */
export function refusalOfTooSlow(error: TooSlow, contract: Contract): LoadRejected {
  const place = placeInOwnCode(error.cause);
  return new LoadRejected(
    'EXPRESSION_TOO_SLOW',
    `a statement that evaluates expressions of dataset ${printable(contract.dataset)} and of ${shownTarget(contract.target)} did not end within ` +
      `${duration(error.milliseconds)}${place === null ? '' : ` (${printable(place)})`}, and would not in another try. Look at ${namedExpressions(contract)}. ` +
      'A pattern with a back reference, a repetition of repetitions, a function that reads a table for each record are the ' +
      'usual causes: make it cheaper, or have the dataset cut slices and batches smaller (limits: { sliceBytes, batchRows }), ' +
      'then load the file again. If the server was busy with something else, load it again as it is.',
    { cause: error },
  );
}

function namedExpressions({ columns, checks, target }: Contract): string {
  const patterns = columns.flatMap(({ name, rules: { pattern } }) =>
    pattern === undefined ? [] : [`${showText(pattern)} of column ${showText(name)}`],
  );
  const domains = columns
    .filter(({ isDomain }) => isDomain)
    .map(({ name, type }) => `${printable(type)} of column ${showText(name)}`);
  return [
    ...listed('the pattern', patterns),
    ...listed(
      'the CHECK',
      checks.map(({ name }) => showText(name)),
    ),
    ...listed('the domain', domains),
    `the triggers, defaults and indexes of ${shownTarget(target)}`,
  ].join(', ');
}

function listed(what: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const more = names.length > named ? ` and ${names.length - named} more` : '';
  return [`${what} ${names.slice(0, named).join(', ')}${more}`];
}
