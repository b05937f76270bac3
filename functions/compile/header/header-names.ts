import { exactHeader, foldHeader } from '../../formats/shared/column-names.ts';
import type { Dataset } from '../declaration/schema.ts';

/**
 * Name in a header -> column of the target, as the contract has it. A column answers to every spelling of its name (case,
 * blanks and composition do not count). Where columns differ in case only, each answers to its exact name and the one in
 * lower case to all others. What `rename` and `ignore` say of a name they say of all its spellings.
 */
export function headerNames(
  { rename, ignore }: Pick<Dataset['columns'], 'rename' | 'ignore'>,
  columns: readonly { readonly name: string }[],
): Record<string, string> {
  const names = new Map<string, string>();
  const declared = new Set([...Object.keys(rename), ...ignore].map(foldHeader));
  const all = columns.map(({ name }) => ({ name, folded: foldHeader(name) }));
  const twins = new Set(
    all.filter(({ folded }, i) => all.findIndex((other) => other.folded === folded) !== i).map(({ folded }) => folded),
  );
  for (const { name, folded } of all) {
    if (!twins.has(folded)) names.set(folded, name);
    else if (!declared.has(folded)) names.set(exactHeader(name), name);
  }
  for (const [header, column] of Object.entries(rename)) names.set(foldHeader(header), column);
  for (const header of ignore) names.delete(foldHeader(header));
  return Object.fromEntries([...names].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
