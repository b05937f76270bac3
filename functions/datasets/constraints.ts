import type { CheckRule, ForeignKeyRule } from '../core/contract.ts';
import { ident } from '../core/sql.ts';
import type { Catalogue, CatalogueForeignKey } from './catalogue.ts';

/**
 * What validation can judge before the merge: CHECK constraints over fillable columns, the bounds of partitions, and MATCH
 * FULL. A CHECK over the whole row, a system column or a generated column is left to the target itself.
 */
export function checkRules(catalogue: Catalogue, fillable: ReadonlySet<string>): readonly CheckRule[] {
  const checks = catalogue.checks.flatMap(({ name, expression, columns }) =>
    columns === null ? [] : [{ name, expression, columns }],
  );
  return [...checks, ...partitionRules(catalogue), ...matchFullRules(catalogue)].filter(({ columns }) =>
    columns.every((name) => fillable.has(name)),
  );
}

/** Foreign keys over fillable columns; the others are left to the target itself. */
export function foreignKeyRules(catalogue: Catalogue, fillable: ReadonlySet<string>): readonly ForeignKeyRule[] {
  return catalogue.foreignKeys
    .filter(({ columns }) => columns.every((name) => fillable.has(name)))
    .map(({ name, columns, parentSchema, parentTable, parentColumns }) => ({
      name,
      columns,
      parentSchema,
      parentTable,
      parentColumns,
    }));
}

/** A row that no partition takes would fail its whole batch; so the bounds count as CHECKs. */
function partitionRules(catalogue: Catalogue): readonly CheckRule[] {
  const rules: CheckRule[] = [];
  const known = catalogue.columns.map(({ name }) => name);
  if (catalogue.partitionBound !== null) {
    // PostgreSQL does not say which columns a bound reads: those whose name occurs in it, perhaps one too many
    const columns = known.filter((name) => catalogue.partitionBound?.includes(ident(name).text.slice(1, -1)));
    rules.push({ name: `partition bound of ${catalogue.table}`, expression: catalogue.partitionBound, columns });
  }
  const columns = catalogue.partitionKey.flatMap((name) => (name === null ? [] : [name]));
  if (catalogue.leafBounds !== null) {
    const expression = catalogue.leafBounds.length === 0 ? 'false' : catalogue.leafBounds.join(' OR ');
    rules.push({ name: `partitions of ${catalogue.table}`, expression, columns });
  }
  return rules;
}

/** MATCH FULL: all columns of the foreign key are NULL or none is; the rest of it is what every foreign key demands. */
function matchFullRules(catalogue: Catalogue): readonly CheckRule[] {
  const isMixed = ({ matchFull, columns }: CatalogueForeignKey): boolean => matchFull && columns.length > 1;
  return catalogue.foreignKeys.filter(isMixed).map(({ name, columns }) => ({
    name,
    expression: `num_nulls(${columns.map((column) => ident(column).text).join(', ')}) IN (0, ${columns.length})`,
    columns,
  }));
}
