import { ruleOf } from '../../../conflict/all.ts';
import { loadCodes } from '../../../protocol/load-codes.ts';
import { type ContractColumn, isText, type PlainForm } from '../../../core/contract.ts';
import type { LineageKind } from '../../../core/supplies/supply.ts';
import { showText } from '../../../words/did-you-mean.ts';
import type { Catalogue, CatalogueColumn } from '../../catalogue/catalogue.ts';
import { typeFacts } from '../../catalogue/column-types.ts';
import { findColumn, isFilledByServer, refuseMisfits, unknownColumn } from '../declared-words.ts';
import type { Problem } from '../problems.ts';
import type { Dataset } from '../schema.ts';
import { timeOfVersion, versionsOf } from '../../catalogue/versions.ts';
import { markOf } from '../declared-scope.ts';
import { suppliesIn } from './supplied-shape.ts';

/** The expressions of a dataset, with the columns that each reads as PostgreSQL has parsed it, by the column that each derives. */
export type Derived = ReadonlyMap<string, readonly string[]>;

/** What the dataset supplies for a column; absent where a file may bring it. */
export function supplyOf(dataset: Dataset, name: string, derived: Derived): Pick<ContractColumn, 'supplied'> {
  const { columns } = dataset;
  if (name === markOf(dataset)) return { supplied: { unmarked: true } };
  const versions = versionsOf(dataset);
  if (name === versions?.from && versions.at !== name) return { supplied: timeOfVersion(versions.at) };
  const { constants, lineage, derive } = columns;
  const expression = Object.hasOwn(derive, name) ? derive[name] : undefined;
  if (expression !== undefined) return { supplied: { derive: expression, columns: derived.get(name) ?? [] } };
  if (Object.hasOwn(constants, name)) return { supplied: { constant: constants[name] ?? '' } };
  const kind = Object.hasOwn(lineage, name) ? lineage[name] : undefined;
  return kind === undefined ? {} : { supplied: { lineage: kind } };
}

/**
 * Refuses to supply columns that the target lacks or that PostgreSQL fills, or whose type cannot hold it; all of them at once.
 * @param ofValues what the database says of the values.
 */
export function requireSupplies(dataset: Dataset, catalogue: Catalogue, ofValues: readonly Problem[]): void {
  const versions = ruleOf(dataset).versionColumns(dataset.conflict);
  const problems = suppliesIn(dataset.columns).flatMap(({ field, name }) => {
    const at = ['columns', field, name];
    const column = findColumn(catalogue, name);
    const named = `columns.${field} names ${showText(name)}, but `;
    if (column === undefined) return [{ at, message: `${named}${unknownColumn(catalogue, name)}` }];
    if (isFilledByServer(column)) return [{ at, message: `${named}PostgreSQL fills that column itself.` }];
    if (versions.includes(name) && field !== 'derive')
      return [{ at, message: `${named}that is the version of a row, which each record brings for itself.` }];
    const kind = dataset.columns.lineage[name];
    return kind === undefined || field !== 'lineage' ? [] : misfits(column, kind).map((message) => ({ at, message }));
  });
  refuseMisfits(loadCodes.RULE, dataset, [...problems, ...ofValues]);
}

const integers: readonly PlainForm[] = ['int4', 'int8', 'numeric'];

/** What a column must be to hold it, beside a column of text. */
const holders: Readonly<Record<LineageKind, readonly PlainForm[]>> = {
  'load-id': integers,
  line: integers,
  record: integers,
  'object-key': [],
  'loaded-at': ['timestamptz', 'timestamp'],
  'object-time': ['timestamptz', 'timestamp', 'date'],
};

function misfits(column: CatalogueColumn, kind: LineageKind): readonly string[] {
  const facts = typeFacts(column);
  if (isText(facts) || holders[kind].includes(facts.plainForm)) return [];
  const wanted =
    holders[kind] === integers ? 'bigint' : kind === 'loaded-at' || kind === 'object-time' ? 'timestamptz' : 'text';
  return [
    `columns.lineage of ${showText(column.name)}: its type is ${column.type}, which does not hold ${kind}; make it ${wanted}.`,
  ];
}
