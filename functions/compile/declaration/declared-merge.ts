import { ruleOf } from '../../conflict/all.ts';
import { isOrdering, readMergeExpression } from '../../core/merge/merge-expression.ts';
import { mergeWords } from '../../core/merge/merged.ts';
import type { ContractColumn } from '../../core/contract.ts';
import { loadCodes } from '../../protocol/load-codes.ts';
import { showText } from '../../words/did-you-mean.ts';
import type { Catalogue, CatalogueColumn } from '../catalogue/catalogue.ts';
import { findColumn, isFilledByServer, refuseMisfits, unknownColumn } from './declared-words.ts';
import type { Problem } from './problems.ts';
import type { Dataset } from './schema.ts';

/** How a dataset merges a column; absent where it says nothing. */
export function mergeOf({ columns, key }: Dataset, name: string): Pick<ContractColumn, 'merge'> {
  // no UPDATE may write it
  if (columns.overrideIdentity.includes(name)) return key.includes(name) ? {} : { merge: 'onInsert' };
  const merge = Object.hasOwn(columns.merge, name) ? columns.merge[name] : undefined;
  return merge === undefined ? {} : { merge };
}

/** Refuses columns.merge of columns that the target lacks or that no update writes, and what cannot be read; all of them at once. */
export function requireMerge(dataset: Dataset, catalogue: Catalogue): void {
  const problems = Object.entries(dataset.columns.merge).flatMap(([name, merge]): readonly Problem[] => {
    const problem = problemOf(dataset, catalogue, { name, merge });
    return problem === null
      ? []
      : [{ at: ['columns', 'merge', name], message: `columns.merge of ${showText(name)}: ${problem}` }];
  });
  refuseMisfits(loadCodes.RULE, dataset, problems);
}

function problemOf(
  dataset: Dataset,
  catalogue: Catalogue,
  { name, merge }: { readonly name: string; readonly merge: string },
): string | null {
  const rule = ruleOf(dataset);
  const column = findColumn(catalogue, name);
  if (!rule.demands.update) return `under ${rule.words[0]} no row that is there takes a value. Leave it out.`;
  if (column === undefined) return unknownColumn(catalogue, name);
  if (isFilledByServer(column)) return 'PostgreSQL fills that column itself.';
  if (dataset.columns.overrideIdentity.includes(name)) return 'no UPDATE may write an identity, so only inserts do.';
  if (dataset.key.includes(name)) return 'it is part of the business key, which no update changes.';
  if (rule.versionColumns(dataset.conflict).includes(name)) return `it is the version that ${rule.words[0]} compares.`;
  return (mergeWords as readonly string[]).includes(merge) ? null : problemOfExpression(column, merge);
}

function problemOfExpression({ name, type, orderable }: CatalogueColumn, merge: string): string | null {
  try {
    const isOrdered = isOrdering(readMergeExpression(merge, name));
    return isOrdered && !orderable ? `its type ${type} has no order, so nothing is the greatest or the least.` : null;
  } catch (error) {
    return `${(error as Error).message}. Write ${mergeWords.join(', ')}, or an expression like greatest(target.${name}, source.${name}).`;
  }
}
