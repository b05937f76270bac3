import { LoadRejected } from '../protocol/errors.ts';
import { loadCodes } from '../protocol/load-codes.ts';
import type { Contract } from '../core/contract.ts';
import { printable } from '../core/printable.ts';
import type { Db } from '../db/client.ts';
import { readCatalogue, readFingerprint, readTableNames } from './read-catalogue.ts';
import { compileContract, targetOf } from '../compile/compile.ts';
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
 * @throws LoadRejected where the target cannot be loaded so
 */
export async function contractFor(db: Db, dataset: Dataset, earlier: Contract | null = null): Promise<Contract> {
  const target = targetOf(dataset);
  // before the catalogue: DDL between the two makes the first batch notice, never the other way round
  const fingerprint = await readFingerprint(db, target);
  const catalogue = fingerprint === null ? null : await readCatalogue(db, target);
  if (fingerprint === null || catalogue === null) throw await noSuchTable(db, target);
  const timeZone = await readTimeZone(db, dataset, earlier);
  const zones = await readColumnZones(db, dataset);
  const asked = await askSql(db, dataset, catalogue);
  const { dataset: declared, problems } = await askLookups(db, dataset, catalogue);
  const ofConstants = await askConstants(db, dataset, catalogue);
  const { derived, problems: ofDerived } = await askDerived(db, dataset, catalogue);
  const contract = compileContract(declared, catalogue, fingerprint, {
    timeZone,
    zones,
    ...asked,
    problems: [...problems, ...asked.problems],
    derived,
    ofSupplies: [...ofConstants, ...ofDerived],
  });
  await requireOneReading(db, contract);
  await requirePatterns(db, dataset);
  return contract;
}

async function noSuchTable(db: Db, target: TargetName): Promise<LoadRejected> {
  const tables = await readTableNames(db);
  const elsewhere = tables.filter(({ table }) => table === target.table);
  const near = nearNames(target.table, [...new Set(tables.map(({ table }) => table))]);
  const similar = near.flatMap((name) => tables.filter(({ table }) => table === name));
  const suggestions = [...new Set([...elsewhere, ...similar].map(shownTarget))].slice(0, 5);
  const hint =
    suggestions.length > 0 ? `Did you mean ${suggestions.join(' or ')}?` : `The database has ${tables.length} tables.`;
  const schemaKnown = tables.some(({ schema }) => schema === target.schema);
  return new LoadRejected(
    loadCodes.NO_SUCH_TABLE,
    `There is no table ${shownTarget(target)} in this database${schemaKnown ? '' : `, nor any table in schema ${printable(target.schema)}`}. ` +
      `${hint} Names are compared as they are, case included. Create the table first: Landfall loads rows and never makes targets.`,
  );
}
