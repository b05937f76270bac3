import type { CatalogueColumn } from '../../functions/compile/catalogue/catalogue.ts';
import { typeFacts } from '../../functions/compile/catalogue/column-types.ts';
import { CleaningSearch, type FoundCleaning } from '../../functions/propose/cleaning/cleaning-search.ts';
import type { Fitting } from '../../functions/propose/fitting.ts';
import { count } from '../../functions/words/quantities.ts';
import type { Proposal } from './compose.ts';
import type { Looked } from './looked.ts';
import { cellsOf } from './observe.ts';

/** Steps of cleaning for columns of a table that do not take some cells of a file as they stand. */
export interface ProposedCleaning {
  /** Steps by column, each proven by every cell of the file. */
  readonly clean: Readonly<Record<string, readonly string[]>>;
  readonly proposals: readonly (Proposal & { readonly question: string })[];
}

/** Reads the file twice more where a column needs it. */
export async function proposedCleaning(
  { unread, misfits }: Fitting,
  { observed }: Looked,
  signal: AbortSignal,
): Promise<ProposedCleaning> {
  if (unread.length === 0) return { clean: {}, proposals: [] };
  const searches = unread.map(({ at, column }) => ({ at, column, search: new CleaningSearch(cleanedColumn(column)) }));
  for await (const cells of cellsOf(observed.source, signal))
    for (const { at, search } of searches) search.look(cells[at] ?? null);
  for await (const cells of cellsOf(observed.source, signal))
    for (const { at, search } of searches) search.attempt(cells[at] ?? null);
  const found = searches.flatMap(({ column, search }) => {
    const steps = search.found();
    return steps === null ? [] : [{ column, steps }];
  });
  const why = (name: string): string =>
    misfits.find(({ column, isOfType }) => column === name && isOfType)?.words ?? `${name} takes no empty text`;
  return {
    clean: Object.fromEntries(
      found.flatMap(({ column: { name }, steps }) => (steps.kind === 'proven' ? [[name, steps.steps]] : [])),
    ),
    proposals: found.map(({ column, steps }) => ({
      question: 'cleaning',
      ...inWords(column, steps, why(column.name)),
    })),
  };
}

function inWords({ name, type }: CatalogueColumn, found: FoundCleaning, why: string): Proposal {
  if (found.kind === 'proven') {
    const answer = `${name}: ${found.steps.join(', ')}`;
    return {
      answer,
      why: `${why}; with these steps ${found.cells === 1 ? 'its only value' : `each of its ${count(found.cells)} values`} is ${type}`,
    };
  }
  const readings = found.readings.map((steps) => `[${steps.join(', ')}]`).join(' or ');
  return {
    answer: `${name}: nothing`,
    why: `${why}; every value can be meant as ${readings}, which come to other values: write the right one into columns.clean of the dataset`,
  };
}

function cleanedColumn(column: CatalogueColumn): ConstructorParameters<typeof CleaningSearch>[0] {
  const { name, type, notNull, hasDefault } = column;
  return { name, type, notNull, hasDefault, plainForm: typeFacts(column).plainForm };
}
