import { ruleOf } from '../../conflict/all.ts';
import { writtenColumns } from '../../core/comparison.ts';
import type { ContractColumn } from '../../core/contract.ts';
import type { Sql } from '../../core/sql.ts';
import { filledColumns } from '../../core/staging.ts';
import { isLineage } from '../../core/supplies/supplied.ts';
import { UTC } from '../../core/time-zone.ts';
import { many, one, type Db } from '../../db/client.ts';
import { withOwnSettings } from '../../db/meanings.ts';
import { printPlainly } from '../../db/settings.ts';
import { readingOnly } from '../../db/sheltered.ts';
import type { PlannedLoad } from '../../ledger/loads/load.ts';
import type { Diff } from '../../protocol/diff.ts';
import {
  type ChangedRecords,
  type Picked,
  selectChangedCells,
  selectFirstChanged,
  selectSamples,
} from './changes-sql.ts';

/** No row that is there is touched. */
export const nothingDiffers: Diff = { columns: [], samples: [] };

/** Cells that are shown. */
const mostSamples = 20;

/** Of a column with a limit for cells that turn NULL: the refusal names so many. */
const examplesOfLimit = 3;

/** Columns whose changes are counted: what an update sets, but where a record came from. None where the rule updates nothing. */
export function comparedColumns(load: PlannedLoad): readonly ContractColumn[] {
  if (!ruleOf(load.contract).demands.update) return [];
  return writtenColumns(load.contract, filledColumns(load)).filter((column) => !isLineage(column));
}

/** What the load would change of rows that are there, from the classes that the join with the target left behind. */
export async function findDiff(
  db: Db,
  load: PlannedLoad,
  {
    compared,
    isSheltered,
    leavesOut,
  }: { readonly compared: readonly ContractColumn[]; readonly isSheltered: boolean; readonly leavesOut: boolean },
): Promise<Diff> {
  if (compared.length === 0) return nothingDiffers;
  const changes: ChangedRecords = { loadId: load.loadId, compared, leavesOut };
  // elements of an array of bigint arrive as text; no count is beyond 2^53
  const found = await one<{ changed: string[]; nulled: string[]; ways: string[] }>(db, selectChangedCells(changes));
  const [changed, nulled, ways] = [found.changed.map(Number), found.nulled.map(Number), found.ways.map(Number)];
  const columns = compared
    .map(({ name }, i) => ({ column: name, changed: changed[i] ?? 0, turnedNull: nulled[i] ?? 0 }))
    .filter((column) => column.changed > 0)
    .toSorted((a, b) => b.changed - a.changed);
  if (columns.length === 0) return nothingDiffers;
  const limited = compared.flatMap(({ name }, i) =>
    load.contract.limits.maxNullTurnedShare?.[name] !== undefined && (nulled[i] ?? 0) > 0 ? [i] : [],
  );
  const places: number[] = [];
  for (const column of limited)
    places.push(...(await placesOf(db, selectFirstChanged(changes, examplesOfLimit, column))));
  places.push(...ways, ...(await placesOf(db, selectFirstChanged(changes, mostSamples))));
  return { columns, samples: await samplesAt(db, load, { places, compared, isSheltered }) };
}

async function placesOf(db: Db, query: Sql): Promise<readonly number[]> {
  return (await many<{ place: number }>(db, query)).map(({ place }) => place);
}

type Sample = Diff['samples'][number];

interface SampleRow {
  readonly slice: number;
  readonly record_no: number;
  readonly key: readonly (string | null)[];
  readonly changed: readonly boolean[];
  readonly old: readonly (string | null)[];
  readonly new: readonly (string | null)[];
}

/** @param places of records, those to be shown first in front. */
async function samplesAt(
  db: Db,
  load: PlannedLoad,
  {
    places,
    compared,
    isSheltered,
  }: {
    readonly places: readonly number[];
    readonly compared: readonly ContractColumn[];
    readonly isSheltered: boolean;
  },
): Promise<Diff['samples']> {
  const wanted = [...new Set(places)].slice(0, mostSamples);
  const query = selectSamples(load.contract, load.loadId, {
    picked: pickedAt(wanted),
    compared,
    filled: filledColumns(load),
  });
  // casts to a domain of the target run its CHECK
  const rows = await withOwnSettings(db, async () => {
    await printPlainly(db, load.contract.timeZone ?? UTC);
    return await readingOnly(db, isSheltered, () => many<SampleRow>(db, query));
  });
  const order = (row: SampleRow): number => wanted.indexOf(row.slice * 2 ** 32 + row.record_no);
  const cells = rows
    .toSorted((a, b) => order(a) - order(b))
    .flatMap((row) =>
      compared.flatMap((column, i) => (row.changed[i] === true ? [sampleOf(load, row, column, i)] : [])),
    );
  return spread(cells, Object.keys(load.contract.limits.maxNullTurnedShare ?? {}));
}

function pickedAt(places: readonly number[]): readonly Picked[] {
  const slices = [...new Set(places.map((place) => Math.floor(place / 2 ** 32)))];
  return slices.map((slice) => ({
    slice,
    recordNos: places.filter((place) => Math.floor(place / 2 ** 32) === slice).map((place) => place % 2 ** 32),
  }));
}

function sampleOf({ contract }: PlannedLoad, row: SampleRow, { name }: ContractColumn, i: number): Sample {
  const key = Object.fromEntries(contract.businessKey.map((column, k) => [column, row.key[k] ?? null]));
  return { key, column: name, old: row.old[i] ?? null, new: row.new[i] ?? null };
}

/**
 * Twenty at most, so that each column is seen before one is seen again; in the order in which they came. In front of all others the
 * first three that turn NULL in a column with a limit for that.
 */
function spread(cells: readonly Sample[], limited: readonly string[]): Diff['samples'] {
  const seen = new Map<string, number>();
  const ranked = cells.map((cell, i) => {
    const isLimited = cell.new === null && limited.includes(cell.column);
    const of = `${cell.column} ${isLimited}`;
    const before = seen.get(of) ?? 0;
    seen.set(of, before + 1);
    return { cell, i, rank: isLimited && before < examplesOfLimit ? -1 : before };
  });
  const chosen = ranked.toSorted((a, b) => a.rank - b.rank || a.i - b.i).slice(0, mostSamples);
  return chosen.toSorted((a, b) => a.i - b.i).map(({ cell }) => cell);
}
