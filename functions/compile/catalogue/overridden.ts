import { loadCodes } from '../../protocol/load-codes.ts';
import { showText } from '../../words/did-you-mean.ts';
import { findColumn, refuseMisfits, unknownColumn } from '../declaration/declared-words.ts';
import type { Problem } from '../declaration/problems.ts';
import type { Dataset } from '../declaration/schema.ts';
import type { Catalogue } from './catalogue.ts';

/**
 * The catalogue as a dataset sees it that keeps the file's values of GENERATED ALWAYS identities: they are as those BY DEFAULT.
 * @throws LoadRejected where it names other columns
 */
export function withOverridden(catalogue: Catalogue, dataset: Dataset): Catalogue {
  const { overrideIdentity } = dataset.columns;
  if (overrideIdentity.length === 0) return catalogue;
  const problems = overrideIdentity.flatMap((name, place): readonly Problem[] => {
    const column = findColumn(catalogue, name);
    const told = `columns.overrideIdentity names ${showText(name)}, but `;
    const at = ['columns', 'overrideIdentity', place];
    if (column === undefined) return [{ at, message: `${told}${unknownColumn(catalogue, name)}` }];
    return column.identity === 'a' ? [] : [{ at, message: `${told}that is not GENERATED ALWAYS AS IDENTITY.` }];
  });
  refuseMisfits(loadCodes.RULE, dataset, problems);
  const columns = catalogue.columns.map((column) =>
    overrideIdentity.includes(column.name) ? { ...column, identity: 'd' } : column,
  );
  return { ...catalogue, columns };
}
