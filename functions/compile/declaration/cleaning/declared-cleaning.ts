import { stepOf } from '../../../cleaning/all.ts';
import { zonesOf } from '../../../cleaning/moments/zone.ts';
import type { CleanedColumn } from '../../../cleaning/step.ts';
import { type CleaningChoice, type ContractColumn, isText } from '../../../core/contract.ts';
import { cleaningChoice } from './written-steps.ts';
import type { Dataset } from '../schema.ts';

/** `*` stands for all columns of text that have no steps of their own. */
const allText = '*';

/** The steps of one column; absent where the dataset declares none for it. */
export function cleaningOf(
  dataset: Dataset,
  column: Pick<ContractColumn, 'name' | 'plainForm' | 'judgedAsInput' | 'labels'>,
): Pick<ContractColumn, 'clean'> {
  const { clean } = dataset.columns;
  const own = Object.hasOwn(clean, column.name) ? clean[column.name] : undefined;
  const written = own ?? (isText(column) ? clean[allText] : undefined) ?? [];
  return written.length === 0 ? {} : { clean: written.map(cleaningChoice) };
}

/** What is wrong with the steps of a column, each in words; none where all can be meant. */
export function problemsOfCleaning(column: CleanedColumn, choices: readonly CleaningChoice[]): readonly string[] {
  const zones = zonesOf(choices);
  return [
    ...choices.flatMap((choice) => stepOf(choice).problem(choice, column) ?? []),
    ...(zones.length > 1 ? [`zone is there for ${zones.join(' and for ')}; a column has one.`] : []),
  ];
}

/** The zones that a dataset names for its columns, by column. */
export function declaredZones({ columns }: Dataset): readonly { readonly column: string; readonly zone: string }[] {
  return Object.entries(columns.clean).flatMap(([column, written]) =>
    zonesOf(written.map(cleaningChoice)).map((zone) => ({ column, zone })),
  );
}

/**
 * The zone of a column whose steps name one; absent where that is the load's, which needs no word.
 * @param known the database's own name of each zone that is declared
 */
export function zoneOfColumn(
  choices: readonly CleaningChoice[] | undefined,
  { timeZone, known }: { readonly timeZone: string; readonly known: ReadonlyMap<string, string> },
): Pick<ContractColumn, 'timeZone'> {
  const [declared] = zonesOf(choices ?? []);
  const zone = declared === undefined ? timeZone : (known.get(declared) ?? declared);
  return zone === timeZone ? {} : { timeZone: zone };
}
