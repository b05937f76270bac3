import { objectUrl } from '../../core/object-url.ts';
import { printable } from '../../core/printable.ts';
import type { LineageKind } from '../../core/supplies/supply.ts';
import { many, maybeOne, type Db } from '../../db/client.ts';
import { writesRecords } from '../../decoding/steps.ts';
import { findLoad, type Load } from '../../ledger/loads/load.ts';
import { selectLoad } from '../../ledger/loads/loads-sql.ts';
import { objectOfKey, objectsOfRecords } from '../../ledger/objects/objects-of-records.ts';
import { linesCommand, recordCommand } from '../record-command.ts';
import { type Entry, ofLoad, wroteRows } from './entry.ts';
import { selectSliceOf, selectTargetLoads, type TargetLoad } from './row-history-sql.ts';

/** What the row's own columns say; null: there are none, or they are NULL. */
export async function lineageEntry(
  db: Db,
  target: string,
  {
    loads,
    lineage,
  }: {
    readonly loads: readonly TargetLoad[];
    readonly lineage: ReadonlyMap<LineageKind, { readonly column: string; readonly value: string | null }>;
  },
): Promise<Entry | null> {
  const said = (kind: LineageKind): string | null => lineage.get(kind)?.value ?? null;
  const [loadNo, key] = [numberOf(said('load-id')), said('object-key')];
  if (loadNo === null && key === null) return null;
  const found =
    loadNo === null
      ? loads.filter((load) => hasKey(load, key) && wroteRows(load))
      : await many<TargetLoad>(db, selectTargetLoads(target, 1, [loadNo]));
  const load = found.length === 1 ? (found[0] ?? null) : null;
  const [recordNo, line] = [numberOf(said('record')), numberOf(said('line'))];
  const columns = [...lineage.values()].filter(({ value }) => value !== null).map(({ column }) => column);
  const by = `columns of the row say so (${columns.map((name) => printable(name, 80)).join(', ')})`;
  const all = load === null ? null : await findLoad(db, selectLoad(load.load_id));
  const whole = all === null ? null : await objectIn(db, all, { recordNo, key });
  // of a replay they say where the record stood first, which is another load's object
  const isPlaced = whole !== null && whole.replay === null;
  // what is made of it has bytes of its own, which are none of the object
  const isMade = whole !== null && whole.decoding !== null && writesRecords(whole.decoding);
  const slice =
    isPlaced && !isMade && recordNo !== null
      ? await maybeOne<{ from: number; to: number }>(db, selectSliceOf(whole.loadId, recordNo))
      : null;
  const shownLine = isMade ? null : line;
  return {
    ...ofLoad(load),
    loadId: load?.load_id ?? loadNo,
    object:
      key === null || (isPlaced && whole.object.key === key) ? (whole === null ? null : objectUrl(whole.object)) : key,
    recordNo,
    line: shownLine,
    bytes: slice === null ? null : { ...slice, of: 'slice' },
    did: 'wrote',
    known: 'lineage',
    why:
      load !== null
        ? by
        : loadNo !== null
          ? `${by}; the ledger has no load ${loadNo} of this table`
          : `${by}; ${found.length === 0 ? 'no load that was looked at is of this object' : `loads ${found.map(({ load_id: id }) => id).join(', ')} are of it`}`,
    read: !isPlaced
      ? null
      : isMade && recordNo !== null
        ? recordCommand(whole, { recordNo, byteOffset: 0, byteLength: 0 })
        : shownLine === null
          ? null
          : linesCommand(whole, { line: shownLine }),
  };
}

function hasKey({ key, object_keys: keys }: TargetLoad, sought: string | null): boolean {
  return sought !== null && (keys === null ? key === sought : keys.includes(sought));
}

/** The load as it is the one object's that the record is of. */
async function objectIn(
  db: Db,
  load: Load,
  { recordNo, key }: { readonly recordNo: number | null; readonly key: string | null },
): Promise<Load> {
  if (recordNo !== null) return (await objectsOfRecords(db, load))(recordNo);
  return key === null ? load : await objectOfKey(db, load, key);
}

/** Candidates that the row itself named until a load with a journal wrote it anew: its columns are in the journal. */
export function namedBefore(
  entries: readonly Entry[],
  columns: readonly { readonly kind: LineageKind; readonly column: string }[],
): readonly Entry[] {
  const columnOf = (sought: LineageKind): string | null => columns.find(({ kind }) => kind === sought)?.column ?? null;
  const [loadColumn, lineColumn, recordColumn] = [columnOf('load-id'), columnOf('line'), columnOf('record')];
  if (loadColumn === null) return entries;
  const said = ({ before }: Entry, column: string | null): number | null =>
    column === null ? null : numberOf(before?.[column] ?? null);
  return entries.map((entry) => {
    const later =
      entry.known === 'candidate' ? entries.find((one) => said(one, loadColumn) === entry.loadId) : undefined;
    if (later === undefined) return entry;
    const why = `columns of the row said so before, as the journal of load ${later.loadId} keeps it (${printable(loadColumn, 80)})`;
    // where no common program reads the object its lines are none that anybody could look up
    const place = { line: entry.read === null ? null : said(later, lineColumn), recordNo: said(later, recordColumn) };
    return { ...entry, ...place, did: 'wrote', known: 'lineage', why };
  });
}

function numberOf(text: string | null): number | null {
  return text !== null && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
}
