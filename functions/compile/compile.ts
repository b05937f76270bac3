import { asksForDefault } from '../cleaning/texts/nulls.ts';
import { ruleOf } from '../conflict/all.ts';
import type { Contract, ContractColumn } from '../core/contract.ts';
import type { Traffic } from '../core/traffic/traffic.ts';
import type { RecordRule } from '../core/rules/sql-rules.ts';
import { holdsMoments, judgesByZone, UTC } from '../core/time-zone.ts';
import { declaredDecoding } from './declaration/reading/declared-decoding.ts';
import { declaredFormat } from './declaration/reading/declared-format.ts';
import { foldHeader } from '../formats/shared/column-names.ts';
import { arbiterCollation, arbiterConditions, requireArbiter } from './catalogue/arbiter.ts';
import type { Catalogue, CatalogueColumn } from './catalogue/catalogue.ts';
import { defaultOf } from './catalogue/column-default.ts';
import { typeFacts } from './catalogue/column-types.ts';
import { checkRules, foreignKeyRules } from './catalogue/constraints.ts';
import { requireCapture, requireCleaning, requireRenames, requireVersionColumn } from './declaration/declared.ts';
import { requireRules } from './declaration/rules/declared-rules.ts';
import { requireSensitive } from './catalogue/sensitive-columns.ts';
import { headerNames } from './header/header-names.ts';
import { requireLoadableTable } from './catalogue/loadable-table.ts';
import { cleaningOf, zoneOfColumn } from './declaration/cleaning/declared-cleaning.ts';
import { type Derived, requireSupplies, supplyOf } from './declaration/supplies/declared-supplies.ts';
import { isOfOneRow, keyedByVersion, requireVersions, versionsOf } from './catalogue/versions.ts';
import { declaredScope, requireReplaced, scopeRules } from './declaration/declared-scope.ts';
import { operationColumn, requireOperation } from './declaration/operation-column.ts';
import { mergeOf, requireMerge } from './declaration/declared-merge.ts';
import { declaredHold } from './declaration/hold-shape.ts';
import { requireKeyToUndo } from './declaration/gate/require-undo-key.ts';
import { declaredUndo } from './declaration/gate/undo-shape.ts';
import { gradedRules } from './declaration/rules/graded-rules.ts';
import { requireDayColumn } from './declaration/gate/require-day-column.ts';
import { requireLimitedColumns } from './declaration/gate/require-limited-columns.ts';
import type { Problem } from './declaration/problems.ts';
import type { Dataset } from './declaration/schema.ts';
import { parseTargetName } from '../core/target-name.ts';

/** What the database alone knows of a declaration. */
export interface Asked {
  /** Name of the zone of contract/time-zone.ts; kept where a column of the target holds moments. Absent: UTC. */
  readonly timeZone?: string;
  /** Zones that columns declare, each as written, with the database's own name of it. */
  readonly zones?: ReadonlyMap<string, string>;
  /** The dataset's, parsed. */
  readonly recordRules?: readonly RecordRule[];
  /** What is wrong with its SQL. */
  readonly problems?: readonly Problem[];
  /** The columns that its expressions read. */
  readonly derived?: Derived;
  /** What is wrong with values that it supplies. */
  readonly ofSupplies?: readonly Problem[];
}

/**
 * Dataset and catalogue become the contract; what cannot be loaded is refused here, before a byte is read.
 * @param fingerprint of fingerprintSql, read before the catalogue: DDL between the two is then noticed by the first batch.
 * @param asked what the database was asked beforehand.
 * @throws LoadRejected with one of load-codes.ts
 */
export function compileContract(
  declared: Dataset,
  catalogue: Catalogue,
  fingerprint: string,
  asked: Asked = {},
): Contract {
  const dataset = keyedByVersion(declared);
  for (const require of requirements(dataset, catalogue, asked)) require();
  const { timeZone = UTC, zones = new Map(), recordRules = [], derived = new Map() } = asked;
  const allRecordRules = [...recordRules, ...scopeRules(dataset, catalogue)];
  const arbiter = ruleOf(dataset).demands.key ? arbiterConditions(catalogue, dataset) : [];
  const versions = versionsOf(dataset);
  const why = (column: CatalogueColumn): ReturnType<typeof whyUnfillable> =>
    whyUnfillable(column) ??
    (column.name === versions?.to || column.name === versions?.current ? 'versions' : null) ??
    (arbiter.some((condition) => condition.column === column.name) ? 'arbiter' : null);
  const fillable = catalogue.columns.filter((column) => why(column) === null);
  const operation = operationColumn(dataset, catalogue);
  const ofTable = fillable.map((column) => ({
    ...contractColumn(column, dataset, { timeZone, known: zones, derived }),
    ...(ruleOf(dataset).demands.key && dataset.key.includes(column.name) && keyCollation(column, dataset, catalogue)),
    ...(versions !== null && isOfOneRow(column, catalogue) && { ofOneRow: true as const }),
  }));
  const columns = [...ofTable, ...operation];
  const { insert } = ruleOf(dataset).demands;
  const known = new Set(ofTable.map(({ name }) => name));
  const { ignorePositions, unknown } = dataset.columns;
  return {
    dataset: dataset.name,
    target: { schema: catalogue.schema, table: catalogue.table, oid: catalogue.oid },
    format: declaredFormat(dataset),
    ...declaredDecoding(dataset),
    businessKey: dataset.key,
    conflict: dataset.conflict,
    ...declaredScope(dataset),
    ...(arbiter.length > 0 && { arbiter }),
    columns,
    ...(dataset.columns.overrideIdentity.length > 0 && { overridesIdentity: true as const }),
    ...beforeTriggers(catalogue),
    requiredColumns: columns
      .filter(
        ({ notNull, hasDefault, keptWhereNull, rules, graded }) =>
          (insert && notNull && !hasDefault && keptWhereNull !== true) ||
          rules.required === true ||
          graded?.refuse?.required === true,
      )
      .map(({ name }) => name),
    unfillableColumns: catalogue.columns.flatMap((column) => {
      const reason = why(column);
      return reason === null ? [] : [{ name: column.name, why: reason }];
    }),
    headerNames: headerNames(dataset.columns, [...catalogue.columns, ...operation]),
    ignoredHeaders: [...new Set(dataset.columns.ignore.map(foldHeader))].toSorted(),
    ...(ignorePositions.length > 0 && { ignoredPositions: [...new Set(ignorePositions)].toSorted((a, b) => a - b) }),
    ...(unknown !== undefined && unknown !== 'refuse' && { unknownColumns: unknown }),
    checks: checkRules(catalogue, known),
    ...(allRecordRules.length > 0 && { recordRules: allRecordRules }),
    ...(dataset.loadRules.length > 0 && { loadRules: dataset.loadRules }),
    ...foreignKeyRules(catalogue, known),
    leniencies: [...new Set(dataset.leniencies)].toSorted(),
    ...(columns.some((column) => holdsMoments(column) || judgesByZone(column)) && { timeZone }),
    limits: dataset.limits,
    ...(dataset.replay !== undefined && { replay: dataset.replay }),
    ...declaredTraffic(dataset),
    ...declaredHold(dataset),
    ...(dataset.waitForParents !== undefined && { waitForParents: dataset.waitForParents }),
    ...declaredUndo(dataset),
    ...(dataset.countByDay !== undefined && { countByDay: dataset.countByDay }),
    fingerprint,
  };
}

/** What dataset and catalogue demand of each other, the first to be told first; each throws LoadRejected where it is not so. */
export function requirements(
  declared: Dataset,
  catalogue: Catalogue,
  { problems = [], ofSupplies = [] }: Asked,
): readonly (() => void)[] {
  const dataset = keyedByVersion(declared);
  const { demands, deletes } = ruleOf(dataset);
  return [
    () => requireLoadableTable(catalogue, { ...demands, deletes: deletes?.(dataset.conflict) === true }),
    () => requireVersions(dataset, catalogue),
    ...(demands.key ? [() => requireArbiter(catalogue, dataset)] : []),
    () => requireRenames(dataset, catalogue),
    () => requireRules(dataset, catalogue, problems),
    () => requireCleaning(dataset, catalogue),
    () => requireSupplies(dataset, catalogue, ofSupplies),
    () => requireVersionColumn(dataset, catalogue),
    () => requireReplaced(dataset, catalogue),
    () => requireOperation(dataset, catalogue),
    () => requireMerge(dataset, catalogue),
    () => requireLimitedColumns(dataset, catalogue),
    () => requireDayColumn(dataset, catalogue),
    () => requireCapture(dataset, catalogue),
    () => requireSensitive(dataset, catalogue),
    () => requireKeyToUndo(dataset),
  ];
}

/** That run for each row before it is stored. */
function beforeTriggers({ triggers }: Catalogue): Pick<Contract, 'beforeTriggers'> {
  const found = triggers.filter(({ before, perRow, enabled }) => before && perRow && enabled);
  return found.length === 0 ? {} : { beforeTriggers: found.map(({ name }) => name) };
}

/** What is auto, or has a default, is not in the contract. */
function declaredTraffic({ traffic }: Dataset): Pick<Contract, 'traffic'> {
  const { live, indexes, atomic, throttleQuery, ...numbers } = traffic;
  const declared: Traffic = {
    ...(live !== 'auto' && live !== undefined && { live }),
    ...(indexes !== 'auto' && indexes !== undefined && { indexes }),
    ...(atomic !== 'auto' && atomic !== undefined && { atomic }),
    ...(throttleQuery !== undefined && { throttleQuery }),
    ...numbers,
  };
  return Object.keys(declared).length === 0 ? {} : { traffic: declared };
}

/** The dataset's target as schema and table; its declaration was checked by schema.ts. */
export function targetOf(dataset: Dataset): { schema: string; table: string } {
  const target = parseTargetName(dataset.table);
  if (target === null) throw new Error(`the table name of dataset ${dataset.name} was not checked: ${dataset.table}`);
  return target;
}

function contractColumn(
  column: CatalogueColumn,
  dataset: Dataset,
  asked: Parameters<typeof zoneOfColumn>[1] & { readonly derived: Derived },
): ContractColumn {
  const declared = Object.hasOwn(dataset.columns.rules, column.name) ? dataset.columns.rules[column.name] : undefined;
  const rule = ruleOf(dataset);
  const graded = gradedRules(declared);
  const isVersion = rule.versionColumns(dataset.conflict).includes(column.name);
  const isScope = Object.hasOwn(dataset.replaceWhere ?? {}, column.name);
  const facts = typeFacts(column);
  const supply = supplyOf(dataset, column.name, asked.derived);
  const cleaning = supply.supplied === undefined ? cleaningOf(dataset, { name: column.name, ...facts }) : {};
  const ofEmpty = asksForDefault(cleaning.clean) ? defaultOf(column) : {};
  return {
    name: column.name,
    type: column.type,
    ...facts,
    notNull: column.notNull,
    hasDefault: column.hasDefault || column.identity === 'd',
    ...((ofEmpty.drawsDefault === true || (rule.keepsWhereNull && !dataset.key.includes(column.name))) && {
      keptWhereNull: true as const,
    }),
    ...(dataset.columns.sensitive.includes(column.name) && { sensitive: true as const }),
    isDomain: column.isDomain,
    equals: column.equals,
    ...(column.enumType != null && { enumType: column.enumType }),
    collation: column.collation,
    // without a version nothing says which row is newer, and without a scope which rows are replaced
    ...graded,
    rules: {
      ...graded.rules,
      ...(isVersion || isScope || versionsOf(dataset)?.at === column.name ? { required: true } : {}),
    },
    ...cleaning,
    ...ofEmpty,
    ...zoneOfColumn(cleaning.clean, asked),
    ...supply,
    ...mergeOf(dataset, column.name),
  };
}

/** Keys are compared as the unique index compares them. */
function keyCollation(
  { name }: CatalogueColumn,
  dataset: Dataset,
  catalogue: Catalogue,
): Partial<Pick<ContractColumn, 'collation'>> {
  const collation = arbiterCollation(catalogue, dataset, name);
  return collation === null ? {} : { collation };
}

/** Why no file may fill a column, or null. `name` cuts at 63 bytes without a word, so its values could change silently. */
function whyUnfillable(column: CatalogueColumn): 'generated' | 'identity' | 'type' | 'arbiter' | 'versions' | null {
  if (column.generated) return 'generated';
  if (column.identity === 'a') return 'identity';
  return column.builtIn && column.baseType === 'name' ? 'type' : null;
}
