import { LoadRejected } from '../protocol/errors.ts';
import { loadCodes } from '../protocol/load-codes.ts';
import type { Contract } from '../core/contract.ts';
import { printable } from '../core/printable.ts';
import { holdsMoments, UTC } from '../core/time-zone.ts';
import { many, maybeOne, one, type Db } from '../db/client.ts';
import { withOwnSettings } from '../db/meanings.ts';
import { didYouMean, showText } from '../words/did-you-mean.ts';
import { declaredZones } from '../compile/declaration/cleaning/declared-cleaning.ts';
import { refuseMisfits } from '../compile/declaration/declared-words.ts';
import type { Problem } from '../compile/declaration/problems.ts';
import type { Dataset } from '../compile/declaration/schema.ts';
import { selectAbbreviation, selectTimeZone, selectTimeZoneInUse, selectTimeZoneNames } from './time-zone-sql.ts';

/**
 * The zone in which a load reads moments without an offset: the dataset's own, under PostgreSQL's name for it; else the one
 * that the load's contract has already; else the one that the database sets for this role, in which COPY reads them.
 * @throws LoadRejected TIME_ZONE where the database knows no zone of the declared name
 */
export async function readTimeZone(db: Db, dataset: Dataset, earlier: Contract | null): Promise<string> {
  if (dataset.timeZone !== undefined) {
    return await knownTimeZone(db, `Dataset ${printable(dataset.name)}: timeZone`, dataset.timeZone);
  }
  return (earlier === null ? null : zoneOf(earlier)) ?? (await ownTimeZone(db));
}

async function ownTimeZone(db: Db): Promise<string> {
  const { timeZone } = await withOwnSettings(db, () => one<{ timeZone: string }>(db, selectTimeZoneInUse));
  return timeZone;
}

/** Null where nothing was read in any zone. A contract of an earlier version names none and was read in UTC. */
function zoneOf({ timeZone, columns }: Contract): string | null {
  return timeZone ?? (columns.some(holdsMoments) ? UTC : null);
}

/**
 * The database's own name of each zone that a step of cleaning declares for a column.
 * @throws LoadRejected TIME_ZONE where it knows none of that name, or reads it in two ways
 */
export async function readColumnZones(db: Db, dataset: Dataset): Promise<ReadonlyMap<string, string>> {
  const zones = new Map<string, string>();
  const problems: Problem[] = [];
  for (const { column, zone } of declaredZones(dataset)) {
    const where = `columns.clean of ${showText(column)}: zone`;
    try {
      const known = await knownTimeZone(db, where, zone);
      if (await isAbbreviation(db, known)) throw readTwice(`${where} is ${printable(known)}, which`);
      zones.set(zone, known);
    } catch (error) {
      if (!(error instanceof LoadRejected)) throw error;
      problems.push({ at: ['columns', 'clean', column], message: error.message });
    }
  }
  refuseMisfits(loadCodes.TIME_ZONE, dataset, problems);
  return zones;
}

/** @param where what declares it, before its `is`. */
async function knownTimeZone(db: Db, where: string, declared: string): Promise<string> {
  const known = await maybeOne<{ name: string }>(db, selectTimeZone(declared));
  if (known !== null) return known.name;
  const hint = await hintFor(db, declared);
  throw new LoadRejected(
    loadCodes.TIME_ZONE,
    `${where} is ${showText(declared)}, but this database knows no such zone.${hint} Name one of pg_timezone_names, like "Europe/Zurich" or "UTC".`,
  );
}

async function hintFor(db: Db, declared: string): Promise<string> {
  if (/^\d|[+-]\d/.test(declared)) {
    return ' For an offset name a zone of Etc, whose signs are those of POSIX: Etc/GMT-2 is two hours ahead of UTC.';
  }
  if (await isAbbreviation(db, declared)) {
    return ' That is an abbreviation: it says an offset, not whether and when clocks change, and some places share it.';
  }
  const names = await many<{ name: string }>(db, selectTimeZoneNames);
  return didYouMean(
    declared,
    names.map(({ name }) => name),
  );
}

/**
 * `CET` is a zone with summer time where it is set, and an offset without it where it is named in a call.
 * @throws LoadRejected TIME_ZONE for such a name
 */
export async function requireOneReading(db: Db, { dataset, timeZone }: Contract): Promise<void> {
  if (timeZone === undefined || !(await isAbbreviation(db, timeZone))) return;
  throw readTwice(
    `The time zone of dataset ${printable(dataset)}, its own or the database's, is ${printable(timeZone)}, which`,
    ': timeZone of the dataset or --time-zone',
  );
}

async function isAbbreviation(db: Db, timeZone: string): Promise<boolean> {
  return (await maybeOne(db, selectAbbreviation(timeZone))) !== null;
}

function readTwice(what: string, how = ''): LoadRejected {
  return new LoadRejected(
    loadCodes.TIME_ZONE,
    `${what} PostgreSQL also knows as an abbreviation, and then reads otherwise. Declare the zone of a place instead${how}, for example Europe/Brussels.`,
  );
}
