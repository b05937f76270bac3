import type { CatalogueColumn } from '../compile/catalogue/catalogue.ts';
import { headerNames } from '../compile/header/header-names.ts';
import { exactHeader, foldHeader, isNamed } from '../formats/shared/column-names.ts';
import { plainName } from './table-names.ts';

/** Which column of a table each column of a file fills. */
export interface TableMatch {
  /** A column of the file each; null: none. */
  readonly fills: readonly (string | null)[];
  /** Headers that the loader finds under another name only where it is told so. */
  readonly rename: readonly (readonly [header: string, column: string])[];
  /** Headers that no column is called so, or of which no file may fill the column. */
  readonly unknown: readonly string[];
  /** Columns that every row needs, and the file has not. */
  readonly missing: readonly string[];
}

/** What a person said of names. */
export interface SaidColumns {
  readonly rename?: Readonly<Record<string, string>> | undefined;
  readonly ignore?: readonly string[] | undefined;
}

/** By the names that the loader finds, then by those that are the same but for signs between words: `Customer No` is customer_no. */
export function matchTable(
  headers: readonly string[],
  columns: readonly CatalogueColumn[],
  { rename = {}, ignore = [] }: SaidColumns = {},
): TableMatch {
  const known = headerNames({ rename, ignore: [...ignore] }, columns);
  const ignored = new Set(ignore.map(foldHeader));
  const fillable = columns.filter(isFillable).map(({ name }) => name);
  const fills: (string | null)[] = headers.map((header) => {
    const name = known[exactHeader(header)] ?? known[foldHeader(header)];
    return isNamed(header) && name !== undefined && fillable.includes(name) ? name : null;
  });
  const renamed: (readonly [string, string])[] = Object.entries(rename);
  headers.forEach((header, i) => {
    if (fills[i] !== null || !isNamed(header) || ignored.has(foldHeader(header))) return;
    const same = fillable.filter((name) => plainName(name) === plainName(header) && !fills.includes(name));
    const [only] = same;
    if (only === undefined || same.length > 1) return;
    fills[i] = only;
    renamed.push([header.trim(), only]);
  });
  return {
    fills,
    rename: renamed,
    unknown: headers.filter((header, i) => isNamed(header) && fills[i] === null && !ignored.has(foldHeader(header))),
    missing: columns
      .filter((column) => isFillable(column) && isNeeded(column) && !fills.includes(column.name))
      .map(({ name }) => name),
  };
}

function isFillable({ generated, identity, builtIn, baseType }: CatalogueColumn): boolean {
  return !generated && identity !== 'a' && !(builtIn && baseType === 'name');
}

function isNeeded({ notNull, hasDefault, identity }: CatalogueColumn): boolean {
  return notNull && !hasDefault && identity === '';
}
