import { isNamed } from '../../functions/formats/shared/column-names.ts';
import { tableNames, renamedHeaders } from '../../functions/propose/table-names.ts';
import { proposeType } from '../../functions/propose/columns/column-type.ts';
import type { NewColumn } from '../../functions/propose/ddl.ts';
import { type Observed, usedColumns } from './observe.ts';

/** The columns of a table that is made for a file. */
export interface MadeColumns {
  /** In the order of the file. */
  readonly columns: readonly (NewColumn & { readonly header: string; readonly why: string })[];
  readonly rename: readonly (readonly [header: string, column: string])[];
  /** The name of each column of the file; null: it fills none. */
  readonly fills: readonly (string | null)[];
}

/** @param said names that a person chose, by header */
export function madeColumns(observed: Observed, said: Readonly<Record<string, string>> = {}): MadeColumns {
  const { source, table } = observed;
  const used = usedColumns(observed);
  const headers = used.map((i) => source.columns[i]?.header ?? '');
  const chosen = new Map(Object.entries(said).map(([header, column]) => [header.trim(), column]));
  const names = tableNames(headers).map((name, i) => chosen.get(headers[i]?.trim() ?? '') ?? name);
  const columns = used.map((i, position) => {
    const { type, why } =
      source.columns[i]?.type === 'jsonb'
        ? { type: 'jsonb', why: 'objects or arrays of JSON' }
        : proposeType(table.statistics[i] as Observed['table']['statistics'][number]);
    return { name: names[position] ?? '', type, header: headers[position] ?? '', why };
  });
  return {
    columns,
    rename: renamedHeaders(headers, names).filter(([header]) => isNamed(header)),
    fills: source.columns.map((_, i) => names[used.indexOf(i)] ?? null),
  };
}
