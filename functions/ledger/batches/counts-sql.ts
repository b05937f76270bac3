import { plural } from '../../core/quantities/counted.ts';
import { allDispositions, type Disposition } from '../../core/dispositions.ts';
import { ident, join, literal, sql, type Sql } from '../../core/sql.ts';

/**
 * Counts by disposition stand in one jsonb a row, so that one more disposition needs no column: what the classifying found of a
 * batch, a batch's receipt, and a load's end. Each with the columns that the release before has for them: those are written as
 * well, and read where a row has no jsonb, until the release after this one drops them (docs/adr/0018).
 */
const kept = {
  'batches.planned': {
    new: 'planned_new',
    changed: 'planned_changed',
    unchanged: 'planned_unchanged',
    stale: 'planned_stale',
  },
  'batches.counts': {
    rejected: 'rejected',
    new: 'inserted',
    changed: 'updated',
    unchanged: 'unchanged',
    stale: 'stale',
  },
  'loads.counts': {
    rejected: 'rejected',
    duplicate: 'duplicate',
    new: 'inserted',
    changed: 'updated',
    unchanged: 'unchanged',
    stale: 'stale',
    deleted: 'deleted',
  },
} as const satisfies Readonly<Record<string, Partial<Readonly<Record<Disposition, string>>>>>;

/** A column of counts: its table and its name. */
type Kept = keyof typeof kept;

function oldColumn(column: Kept, name: Disposition): string | null {
  const columns: Partial<Readonly<Record<Disposition, string>>> = kept[column];
  return columns[name] ?? null;
}

/** The count of a disposition in a row of that table, as bigint; NULL where the row has none yet. */
export function countIn(column: Kept, name: Disposition): Sql {
  const [table = '', object = ''] = column.split('.');
  const old = oldColumn(column, name);
  const count = sql`(${ident(table, object)} operator(pg_catalog.->>) ${literal(name)})::pg_catalog.int8`;
  return old === null ? count : sql`coalesce(${count}, ${ident(table, old)})`;
}

/** All counts of a row as one jsonb. */
export function countsIn(column: Kept): Sql {
  const [table = '', object = ''] = column.split('.');
  const old = allDispositions.flatMap((name) => {
    const from = oldColumn(column, name);
    return from === null ? [] : [{ name, count: ident(table, from) }];
  });
  return sql`coalesce(${ident(table, object)}, ${objectOf(old)})`;
}

/** A jsonb of counts. */
export function objectOf(counts: readonly { readonly name: Disposition; readonly count: Sql }[]): Sql {
  return sql`pg_catalog.jsonb_build_object(${join(counts.map(({ name, count }) => sql`${literal(name)}, ${count}`))})`;
}

/** What is written where counts are: the names of the jsonb and of its old columns, and their values in the same order. */
export function written(
  column: Kept,
  counts: readonly { readonly name: Disposition; readonly count: Sql }[],
): readonly { readonly column: Sql; readonly value: Sql }[] {
  const [, object = ''] = column.split('.');
  const old = counts.flatMap(({ name, count }) => {
    const into = oldColumn(column, name);
    return into === null ? [] : [{ column: ident(into), value: count }];
  });
  return [{ column: ident(object), value: objectOf(counts) }, ...old];
}

/** As a SET list. */
export function assignments(column: Kept, counts: readonly { readonly name: Disposition; readonly count: Sql }[]): Sql {
  return join(written(column, counts).map((each) => sql`${each.column} = ${each.value}`));
}

/** As a SET list: nothing became of a load's records but what the quarantine has of them. */
export const nothingMerged = join([sql`counts = null`, ...mergedColumns().map((column) => sql`${column} = 0`)]);

/** The same where this holds of the row of landfall.loads. */
export function nothingMergedWhere(isSo: Sql): Sql {
  const others = mergedColumns().map((column) => sql`${column} = case when ${isSo} then 0 else ${column} end`);
  return join([sql`counts = case when ${isSo} then null else counts end`, ...others]);
}

function mergedColumns(): readonly Sql[] {
  const { rejected: _r, duplicate: _d, ...merged } = kept['loads.counts'];
  return Object.values(merged).map((name) => ident(name));
}

/** "1 row", "2 rows"; "1 batch", "2 batches": `plural` of core/quantities, for a number that only a statement knows. @param number not NULL. */
export function counted(number: Sql, word: string): Sql {
  const [, several = ''] = plural(2, word).split(' ');
  return sql`(${number} || case when (${number} = 1) then ${literal(` ${word}`)} else ${literal(` ${several}`)} end)`;
}
