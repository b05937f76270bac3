import type { CleaningChoice } from '../../core/contract.ts';
import type { CleaningStep } from '../step.ts';

/** Changes no text: the column's moments are read in its zone (timeZone of the contract's column). */
export const zone: CleaningStep = {
  name: 'zone',
  argument: 'NAME',
  summary: 'times of the column without an offset are those of the zone NAME (`Europe/Zurich`)',
  problem: (_, column) =>
    column.plainForm === 'timestamptz'
      ? null
      : `zone is for columns of type timestamp with time zone, but the column's type is ${column.type}.`,
  cleaner: () => ({ leaves: () => true, clean: (text) => text }),
};

/** The zones that the steps of a column name, as declared. */
export function zonesOf(choices: readonly CleaningChoice[]): readonly string[] {
  return choices.flatMap(({ step, argument }) => (step === zone.name && argument !== undefined ? [argument] : []));
}
