import { plural } from '../core/quantities/counted.ts';
import { LoadRejected } from '../protocol/errors.ts';
import { loadCodes } from '../protocol/load-codes.ts';
import type { Contract } from '../core/contract.ts';
import { printable } from '../core/printable.ts';
import type { Db } from '../db/client.ts';
import { readCatalogue, readFingerprint, readTableNames } from './read-catalogue.ts';
import type { Catalogue } from '../compile/catalogue/catalogue.ts';
import { withOverridden } from '../compile/catalogue/overridden.ts';
import { type Asked, compileContract, requirements, targetOf } from '../compile/compile.ts';
import { nearNames } from '../words/did-you-mean.ts';
import { askConstants } from './declared/constants.ts';
import { askDerived } from './declared/derived.ts';
import { askSql } from './declared/declared-sql.ts';
import { askLookups } from './declared/lookups.ts';
import { requirePatterns } from './patterns.ts';
import type { Dataset } from '../compile/declaration/schema.ts';
import { readColumnZones, readTimeZone, requireOneReading } from './time-zone.ts';
import { shownTarget, type TargetName } from '../core/target-name.ts';

/**
 * Reads the target's catalogue and compiles the dataset's contract. To be called inside transaction().
 * @param earlier a load's contract of before: where the dataset declares no zone, the one that was read then stays.
 * @throws LoadRejected where the target cannot be loaded so, with all that keeps it from that
 */
export async function contractFor(db: Db, dataset: Dataset, earlier: Contract | null = null): Promise<Contract> {
  const { contract, misfits } = await judged(db, dataset, earlier);
  const [first, ...others] = misfits;
  if (first === undefined && contract !== null) return contract;
  if (first === undefined || others.length === 0)
    throw first ?? new Error(`nothing keeps ${dataset.name} from its table`);
  throw new LoadRejected(first.code, misfits.map(({ message }) => message).join('\n'));
}

/**
 * All that keeps a dataset from being loaded into its table as it is, each by itself. To be called inside transaction().
 * None: it can be loaded.
 */
export async function misfitsOf(db: Db, dataset: Dataset): Promise<readonly LoadRejected[]> {
  return (await judged(db, dataset, null)).misfits;
}

/** The contract, null where something is missing for it; and what keeps the dataset from its table. */
async function judged(
  db: Db,
  dataset: Dataset,
  earlier: Contract | null,
): Promise<{ readonly contract: Contract | null; readonly misfits: readonly LoadRejected[] }> {
  const misfits: LoadRejected[] = [];
  const unless = async <T>(ask: () => T | Promise<T>): Promise<T | null> => {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof LoadRejected)) throw error;
      misfits.push(error);
      return null;
    }
  };
  const target = await unless(() => readTarget(db, dataset));
  if (target === null) return { contract: null, misfits };
  const { catalogue, fingerprint } = target;
  const timeZone = await unless(() => readTimeZone(db, dataset, earlier));
  const zones = await unless(() => readColumnZones(db, dataset));
  const { declared, asked } = await askDeclared(db, dataset, catalogue);
  for (const require of requirements(declared, catalogue, asked)) {
    await unless(require);
    // what else is wrong with it is wrong because it is no table
    const noTable = misfits.find(({ code }) => code === loadCodes.NOT_A_TABLE);
    if (noTable !== undefined) return { contract: null, misfits: [noTable] };
  }
  const isKnown = misfits.length === 0 && timeZone !== null && zones !== null;
  const contract = isKnown ? compileContract(declared, catalogue, fingerprint, { timeZone, zones, ...asked }) : null;
  if (contract !== null) await unless(() => requireOneReading(db, contract));
  await unless(() => requirePatterns(db, dataset));
  return { contract, misfits };
}

/** @throws LoadRejected where there is no such table */
async function readTarget(
  db: Db,
  dataset: Dataset,
): Promise<{ readonly catalogue: Catalogue; readonly fingerprint: string }> {
  const target = targetOf(dataset);
  // before the catalogue: DDL between the two makes the first batch notice, never the other way round
  const fingerprint = await readFingerprint(db, target);
  const catalogue = fingerprint === null ? null : await readCatalogue(db, target);
  if (fingerprint === null || catalogue === null) throw await noSuchTable(db, target);
  return { catalogue: withOverridden(catalogue, dataset), fingerprint };
}

/** The dataset with its lists read, and what the database says of its SQL and its values. */
async function askDeclared(
  db: Db,
  dataset: Dataset,
  catalogue: Catalogue,
): Promise<{ readonly declared: Dataset; readonly asked: Asked }> {
  const ofSql = await askSql(db, dataset, catalogue);
  const { dataset: declared, problems } = await askLookups(db, dataset, catalogue);
  const ofConstants = await askConstants(db, dataset, catalogue);
  const { derived, problems: ofDerived } = await askDerived(db, dataset, catalogue);
  return {
    declared,
    asked: {
      ...ofSql,
      problems: [...problems, ...ofSql.problems],
      derived,
      ofSupplies: [...ofConstants, ...ofDerived],
    },
  };
}

async function noSuchTable(db: Db, target: TargetName): Promise<LoadRejected> {
  const tables = await readTableNames(db);
  const elsewhere = tables.filter(({ table }) => table === target.table);
  const near = nearNames(target.table, [...new Set(tables.map(({ table }) => table))]);
  const similar = near.flatMap((name) => tables.filter(({ table }) => table === name));
  const suggestions = [...new Set([...elsewhere, ...similar].map(shownTarget))].slice(0, 5);
  const hint =
    suggestions.length > 0
      ? `Did you mean ${suggestions.join(' or ')}?`
      : `The database has ${tables.length === 0 ? 'no tables' : plural(tables.length, 'table')}.`;
  const schemaKnown = tables.some(({ schema }) => schema === target.schema);
  return new LoadRejected(
    loadCodes.NO_SUCH_TABLE,
    `There is no table ${shownTarget(target)} in this database${schemaKnown ? '' : `, nor any table in schema ${printable(target.schema)}`}. ` +
      `${hint} Names are compared as they are, case included. Create the table first: Landfall loads rows and never makes targets.`,
  );
}
