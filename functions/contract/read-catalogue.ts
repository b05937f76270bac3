import type {
  Catalogue,
  CatalogueCheck,
  CatalogueColumn,
  CatalogueForeignKey,
  CatalogueIndex,
  CatalogueRelation,
} from '../compile/catalogue/catalogue.ts';
import type { TargetName } from '../core/target-name.ts';
import { many, maybeOne, one, type Db } from '../db/client.ts';
import {
  selectColumns,
  selectConstraints,
  selectIndexes,
  selectSearchPath,
  selectTableNames,
} from './catalogue-sql.ts';
import { fingerprintSql } from './fingerprint-sql.ts';
import { selectRelation } from './relation-sql.ts';
import { selectTablesWithColumns } from './tables-sql.ts';

interface ConstraintRow {
  readonly checks: readonly CatalogueCheck[];
  readonly foreignKeys: readonly CatalogueForeignKey[];
  readonly exclusions: readonly string[];
}

/** `set search_path` of db/client.ts transaction(): with it PostgreSQL qualifies every name outside pg_catalog. */
const SEARCH_PATH = 'pg_catalog, pg_temp';

/**
 * Reads the target from pg_catalog; null where no relation has this name. To be called inside transaction(): its search_path
 * is what makes types and expressions come out qualified, so any other one is refused.
 */
export async function readCatalogue(db: Db, target: TargetName): Promise<Catalogue | null> {
  const { searchPath } = await one<{ searchPath: string }>(db, selectSearchPath);
  if (searchPath !== SEARCH_PATH) throw new Error(`readCatalogue needs transaction(): search_path is ${searchPath}`);
  const relation = await maybeOne<CatalogueRelation>(db, selectRelation(target));
  if (relation === null) return null;
  const columns = await many<CatalogueColumn>(db, selectColumns(relation.oid));
  const constraints = await one<ConstraintRow>(db, selectConstraints(relation.oid));
  const uniqueIndexes = await many<CatalogueIndex>(db, selectIndexes(relation.oid));
  return { ...relation, columns, ...constraints, uniqueIndexes };
}

/** The target's fingerprint (fingerprint-sql.ts) as it is now; null where no relation has this name. */
export async function readFingerprint(db: Db, target: TargetName): Promise<string | null> {
  const row = await maybeOne<{ fingerprint: string }>(db, fingerprintSql(target));
  return row?.fingerprint ?? null;
}

/** Tables of the database, for "did you mean": at most 5 000, PostgreSQL's own schemas and the ledger's left out. */
export async function readTableNames(db: Db): Promise<TargetName[]> {
  return many<TargetName>(db, selectTableNames);
}

/** The same tables with the names of their columns, but for partitions. To be called inside transaction(). */
export async function readTablesWithColumns(db: Db): Promise<(TargetName & { readonly columns: readonly string[] })[]> {
  return many<TargetName & { readonly columns: readonly string[] }>(db, selectTablesWithColumns);
}
