import type { Catalogue, CatalogueRelation } from '../../compile/catalogue/catalogue.ts';
import { findColumn } from '../../compile/declaration/declared-words.ts';
import type { DeclaredColumnRules } from '../../compile/declaration/rules/column-rules-shape.ts';
import { listFrom } from '../../compile/declaration/rules/lookup-shape.ts';
import type { Problem } from '../../compile/declaration/problems.ts';
import type { Dataset } from '../../compile/declaration/schema.ts';
import { directoryBucket, parseObjectUrl } from '../../core/object-url.ts';
import { printable } from '../../core/printable.ts';
import { type Db, many, maybeOne } from '../../db/client.ts';
import { sqlState } from '../../db/errors.ts';
import { withSavepoint } from '../../db/savepoint.ts';
import { storeFor } from '../../objects/store-for.ts';
import { LoadRejected, TryAgain } from '../../protocol/errors.ts';
import { loadCodes } from '../../protocol/load-codes.ts';
import { showText } from '../../words/did-you-mean.ts';
import { compareWithLookup } from './lookups-sql.ts';
import { selectRelation } from '../relation-sql.ts';

/** 1 MiB: values are part of the contract. */
const listBytes = 1_048_576;

/** The dataset with its lists read, and what is wrong with its lookups. */
export interface AskedLookups {
  readonly dataset: Dataset;
  readonly problems: readonly Problem[];
}

/** Reads the files of lists, and asks whether each table that values are looked up in is there, readable, and of a type to compare. */
export async function askLookups(db: Db, dataset: Dataset, catalogue: Catalogue): Promise<AskedLookups> {
  const problems: Problem[] = [];
  const rules: Record<string, DeclaredColumnRules> = {};
  for (const [column, declared] of Object.entries(dataset.columns.rules)) {
    const { lookup, ...others } = declared;
    const read = lookup !== undefined && 'list' in lookup ? await readList(lookup.list) : lookup;
    const problem =
      read === undefined
        ? null
        : 'problem' in read
          ? read.problem
          : 'table' in read
            ? await problemOfTable(db, read, findColumn(catalogue, column))
            : null;
    if (problem !== null)
      problems.push({
        at: ['columns', 'rules', column, 'lookup'],
        message: `lookup of ${showText(column)}: ${problem}`,
      });
    rules[column] = read === undefined || 'problem' in read ? others : { ...others, lookup: read };
  }
  return { dataset: { ...dataset, columns: { ...dataset.columns, rules } }, problems };
}

/**
 * Of a dataset's lists the first that is not where it was declared, or has no values that could be looked up, in words with its place; null: there is
 * none. Whom S3 shows nothing here may be another than who loads: only what it says is gone is.
 */
export async function missingList(dataset: Dataset): Promise<string | null> {
  for (const [column, { lookup }] of Object.entries(dataset.columns.rules)) {
    if (lookup === undefined || !('list' in lookup)) continue;
    const read = await unlessNotNow(readList(lookup.list));
    if (read !== null && 'problem' in read && read.isKnown) return `the list of ${showText(column)}, ${read.problem}`;
  }
  return null;
}

/**
 * Of a dataset's lookups the first that has nothing to look up in by now, a list or a table, in words with its place; null: each has. To be called
 * inside transaction().
 */
export async function lookupAway(db: Db, dataset: Dataset): Promise<string | null> {
  for (const [column, { lookup }] of Object.entries(dataset.columns.rules)) {
    if (lookup === undefined) continue;
    const read = 'list' in lookup ? await readList(lookup.list) : lookup;
    if ('problem' in read) return `the list of ${showText(column)}, ${read.problem}`;
    const problem = 'table' in read ? await problemOfTable(db, read, undefined) : null;
    if (problem !== null) return `the lookup of ${showText(column)}: ${problem}`;
  }
  return null;
}

/** Null where the store has no answer at this moment: what goes on asks again. */
async function unlessNotNow<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof TryAgain) return null;
    throw error;
  }
}

/** Why a list has no values; `isKnown`: whoever reads it will find the same. */
interface ListProblem {
  readonly problem: string;
  readonly isKnown: boolean;
}

/** @throws TryAgain where the store has no answer at this moment, which says nothing of the list */
async function readList(url: string): Promise<Exclude<ReturnType<typeof listFrom>, { problem: string }> | ListProblem> {
  const place = parseObjectUrl(url, '/');
  if (place.problem !== null) return { problem: place.problem, isKnown: true };
  try {
    const store = await storeFor(place.bucket);
    const object = await store.head(place);
    if (object.sizeBytes > listBytes)
      return {
        problem: `${printable(url)} has more than ${listBytes} bytes: put its values into a table`,
        isKnown: true,
      };
    const pieces: Buffer[] = [];
    for await (const piece of store.read(object, { start: 0, end: object.sizeBytes })) pieces.push(Buffer.from(piece));
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces));
    const list = listFrom(url, text);
    return 'problem' in list ? { problem: `${printable(url)}: ${list.problem}`, isKnown: true } : list;
  } catch (error) {
    if (error instanceof TryAgain) throw error;
    const isGone = error instanceof LoadRejected && error.code === loadCodes.OBJECT_GONE;
    return {
      problem: `${printable(url)} cannot be read: ${printable((error as Error).message)}`,
      isKnown: isGone || place.bucket === directoryBucket,
    };
  }
}

async function problemOfTable(
  db: Db,
  lookup: { readonly schema: string; readonly table: string; readonly column: string },
  column: ReturnType<typeof findColumn>,
): Promise<string | null> {
  const name = printable(`${lookup.schema}.${lookup.table}`);
  const relation = await maybeOne<CatalogueRelation>(db, selectRelation(lookup));
  if (relation === null) return `there is no table ${name} in this database`;
  if (!['r', 'p', 'm'].includes(relation.kind)) {
    return `${name} is no table: name one, or say it in SQL (recordRules)`;
  }
  if (!relation.schemaUsage || !relation.canSelect) {
    return `the role ${printable(relation.role)} may not read ${name}: grant select on it, and usage on its schema`;
  }
  if (relation.rowSecurity) return `${name} has row-level security: its rows may be hidden from the role that loads`;
  if (column === undefined) return null;
  try {
    await withSavepoint(db, () => many(db, compareWithLookup(column, lookup)));
    return null;
  } catch (error) {
    if (sqlState(error) === null) throw error;
    return `${name} (${printable(lookup.column)}) cannot be compared: ${printable((error as Error).message)}`;
  }
}
