import type { CheckRule, ForeignKeyRule, SelfForeignKey } from '../../core/contract.ts';
import { partitionBoundName, partitionsName } from '../../core/rules/check-kinds.ts';
import { mentionedNames } from '../../core/expression-words.ts';
import { ident } from '../../core/sql.ts';
import type { Catalogue, CatalogueForeignKey } from './catalogue.ts';

/**
 * What validation can judge before the merge: CHECK constraints over fillable columns and over generated ones that are computed of
 * such, the bounds of partitions, and MATCH FULL. A CHECK over the whole row or a system column is left to the target itself.
 */
export function checkRules(catalogue: Catalogue, fillable: ReadonlySet<string>): readonly CheckRule[] {
  const checks = catalogue.checks.flatMap(({ name, expression, columns }) =>
    columns === null ? [] : [withGenerated({ name, expression, columns }, catalogue)],
  );
  return [...checks, ...partitionRules(catalogue), ...matchFullRules(catalogue)].filter(({ columns }) =>
    columns.every((name) => fillable.has(name)),
  );
}

/** A generated column reads no other one. */
function withGenerated(check: CheckRule, catalogue: Catalogue): CheckRule {
  const generated = catalogue.columns.flatMap(({ name, type, generatedAs }) =>
    generatedAs !== null && check.columns.includes(name) ? [{ name, type, expression: generatedAs }] : [],
  );
  if (generated.length === 0) return check;
  const names = new Set(generated.map(({ name }) => name));
  const read = generated.flatMap(({ expression }) => namesIn(expression, catalogue));
  const columns = [...new Set([...check.columns, ...read])].filter((name) => !names.has(name));
  return { ...check, columns, generated };
}

/** Foreign keys over fillable columns, but for those of a PERIOD; the others are left to the target itself. */
export function foreignKeyRules(
  { foreignKeys }: Catalogue,
  fillable: ReadonlySet<string>,
): { readonly foreignKeys: readonly ForeignKeyRule[]; readonly selfForeignKeys?: readonly SelfForeignKey[] } {
  const judged = foreignKeys.filter(
    ({ columns, period }) => period !== true && columns.every((name) => fillable.has(name)),
  );
  const isOfFile = (foreignKey: CatalogueForeignKey): boolean => mayHaveParentsInFile(foreignKey, fillable);
  const ofFile = judged.filter(isOfFile).map((each) => ({ ...ruleOf(each), operators: each.operators }));
  return {
    foreignKeys: judged.filter((each) => !isOfFile(each)).map(ruleOf),
    ...(ofFile.length > 0 && { selfForeignKeys: ofFile }),
  };
}

/** Where no file may fill what is pointed to, a record brings no parent. */
function mayHaveParentsInFile(
  { selfReferencing, parentColumns }: CatalogueForeignKey,
  fillable: ReadonlySet<string>,
): boolean {
  return selfReferencing && parentColumns.every((name) => fillable.has(name));
}

function ruleOf({ name, columns, parentSchema, parentTable, parentColumns }: CatalogueForeignKey): ForeignKeyRule {
  return { name, columns, parentSchema, parentTable, parentColumns };
}

/** A row that no partition takes would fail its whole batch; so the bounds count as CHECKs. */
function partitionRules(catalogue: Catalogue): readonly CheckRule[] {
  const { table, partitionBound, leafBounds } = catalogue;
  const anyLeaf = leafBounds?.length === 0 ? 'false' : (leafBounds?.join(' OR ') ?? null);
  const rule = (name: string, expression: string | null): readonly CheckRule[] =>
    expression === null ? [] : [{ name, expression, columns: columnsRead(expression, catalogue) }];
  return [...rule(partitionBoundName(table), partitionBound), ...rule(partitionsName(table), anyLeaf)];
}

/**
 * PostgreSQL does not say which columns a bound reads (those of the partition key and of sub-partitions' keys): all whose
 * name stands in its text, perhaps one too many, never one too few. No rule without a column is judged: then the key's own.
 */
function columnsRead(expression: string, { columns, partitionKey }: Catalogue): readonly string[] {
  const read = namesIn(expression, { columns });
  return read.length > 0 ? read : partitionKey.flatMap((name) => (name === null ? [] : [name]));
}

function namesIn(expression: string, { columns }: Pick<Catalogue, 'columns'>): readonly string[] {
  const mentioned = mentionedNames(expression);
  return columns.map(({ name }) => name).filter((name) => mentioned.has(name));
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
