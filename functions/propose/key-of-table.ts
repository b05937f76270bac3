import type { Catalogue, CatalogueIndex } from '../compile/catalogue/catalogue.ts';

/**
 * The columns of the unique index by which records of a file find their rows: those of the primary key where the file has them, else of
 * another index that ON CONFLICT can use, of columns that are NOT NULL first, then the shortest. Null: the file covers none.
 */
export function keyOfTable(
  { uniqueIndexes, columns }: Pick<Catalogue, 'uniqueIndexes' | 'columns'>,
  filled: readonly (string | null)[],
): { readonly columns: readonly string[]; readonly index: string } | null {
  const notNull = new Set(columns.filter((column) => column.notNull).map(({ name }) => name));
  const usable = uniqueIndexes.flatMap((index) => {
    const own = index.columns.filter((name) => name !== null);
    const isUsable = index.usable && !index.partial && !index.deferrable && own.length === index.columns.length;
    return isUsable && own.every((name) => filled.includes(name)) ? [{ index, columns: own }] : [];
  });
  const rank = (index: CatalogueIndex): number =>
    (index.columns.every((name) => name !== null && notNull.has(name)) ? 0 : 2) +
    (index.name.endsWith('_pkey') ? 0 : 1);
  const [best] = usable.toSorted((a, b) => rank(a.index) - rank(b.index) || a.columns.length - b.columns.length);
  return best === undefined ? null : { columns: best.columns, index: best.index.name };
}
