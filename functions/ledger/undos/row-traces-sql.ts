import { areEqual } from '../../core/comparison.ts';
import type { ContractColumn } from '../../core/contract.ts';
import { ident, join, sql, type Sql } from '../../core/sql.ts';
import { typeSql, withoutSize } from '../../core/type-name.ts';
import { shortened } from '../rejects/shown-text.ts';
import { journalled, type JournalKind, type JournalledTable, keyName } from './journalled-sql.ts';

/** A value of a column as somebody typed it. */
export interface SoughtValue {
  readonly column: Pick<ContractColumn, 'name' | 'type' | 'equals' | 'enumType'>;
  readonly typed: string;
}

/** What a journal keeps of one row. */
export interface TraceRow {
  /** The row as it was, of each shown column its value in at most 80 characters; null where the load inserted it. */
  readonly before: readonly (string | null)[] | null;
  /** The row in the table is the very one that the load left; null: it cannot be told. */
  readonly is_now: boolean | null;
}

/** The typed value as one of the column's type: without its size, so that nothing is cut or rounded until it fits. */
export function soughtValue({ column, typed }: SoughtValue): Sql {
  return sql`${typed}::pg_catalog.text::${typeSql(withoutSize(column.type))}`;
}

/** The row `t` of the table has these values. */
export function hasValues(sought: readonly SoughtValue[]): Sql {
  const each = sought.map((value) => areEqual(value.column, sql`t.${ident(value.column.name)}`, soughtValue(value)));
  return join(each, ' and ');
}

/** What the journal of a load keeps of rows with these values, `most` of them. The table's key names all of their columns. */
export function selectTraces(
  table: JournalledTable,
  { loadId, kind }: { readonly loadId: number; readonly kind: JournalKind },
  {
    sought,
    shown,
    most,
    versioned,
  }: {
    readonly sought: readonly SoughtValue[];
    readonly shown: readonly string[];
    readonly most: number;
    /** Rows of the table have an xmin of their own, as those of a view have not. */
    readonly versioned: boolean;
  },
): Sql {
  const { schema, table: name } = table.target;
  const range = { loadId, kind, chunk: null, from: 1, to: 2 ** 31 };
  const same = sought.map((value) =>
    areEqual(value.column, sql`j.${keyName(table.businessKey.indexOf(value.column.name))}`, soughtValue(value)),
  );
  const before =
    kind === 'inserted' || shown.length === 0
      ? sql`null::pg_catalog.text[]`
      : sql`array[${join(shown.map((column) => shortened(sql`(j.r).${ident(column)}::pg_catalog.text`)))}]`;
  const isNow = versioned
    ? sql`exists (
      select
      from ${ident(schema, name)} as t
      where ${hasValues(sought)}
        and (t.xmin operator(pg_catalog.=) j.x)
    )`
    : sql`null::pg_catalog.bool`;
  return sql`
    select ${before} as before, ${isNow} as is_now
    from ${journalled({ contract: table }, range)}
    where ${join(same, ' and ')}
    order by j.chunk, j.i
    limit ${most}::pg_catalog.int8`;
}
