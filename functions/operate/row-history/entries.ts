import { many, one, type Db } from '../../db/client.ts';
import { objectUrl } from '../../core/object-url.ts';
import { writesRecords } from '../../decoding/steps.ts';
import { findLoad } from '../../ledger/loads/load.ts';
import { selectLoad } from '../../ledger/loads/loads-sql.ts';
import type { SoughtValue } from '../../ledger/undos/row-traces-sql.ts';
import { oneLine, plural, second } from '../../words/quantities.ts';
import { linesCommand, recordCommand } from '../record-command.ts';
import { type Entry, ofLoad, wroteRows } from './entry.ts';
import { selectKeptOf, selectMayRead, type TargetLoad } from './row-history-sql.ts';
import { hasJournal, type HeldRecord, heldRecords, type Sought, tracesOf } from './traces.ts';

/** What journals, quarantine and undos have of the row, and loads of which neither says. */
export async function toldOfLoads(
  db: Db,
  {
    loads,
    sought,
    texts,
    said,
  }: {
    readonly loads: readonly TargetLoad[];
    readonly sought: Sought;
    readonly texts: readonly string[];
    /** Loads that rows name themselves. */
    readonly said: ReadonlySet<number | null>;
  },
): Promise<{ readonly entries: readonly Entry[]; readonly notes: readonly string[] }> {
  const { values, sensitive } = sought;
  const ids = loads.map(({ load_id: id }) => id);
  const mayRead = await one<{ journal: boolean; raw: boolean }>(db, selectMayRead);
  const notes = [
    ...(mayRead.journal || !loads.some(hasJournal)
      ? []
      : ['this role may not read landfall.journal, which has what loads did with rows: ask as the role that loads']),
    ...(mayRead.raw ? [] : ['this role may not read the bytes of rejects, so they were not looked through']),
  ];
  const isHidden = values.some(({ column }) => sensitive.has(column.name));
  // where the key is hidden every row's key reads alike
  const keys = isHidden ? [] : keysInWords(loads, { values, texts });
  const held = await heldRecords(db, { loads: ids, values, keys, mayReadRaw: mayRead.raw });
  const kept = keys.length === 0 ? [] : await many<KeptRow>(db, selectKeptOf(ids, keys));
  const entries: Entry[] = [];
  for (const load of loads.toReversed()) {
    const common = ofLoad(load);
    entries.push(...held.filter(({ load_id: id }) => id === load.load_id).map((record) => heldEntry(common, record)));
    const left = kept.filter(({ load_id: id }) => id === load.load_id);
    const undone = left.map(
      ({ message }): Entry => ({ ...common, did: 'undone', known: 'undo', why: `its undo lists the row: ${message}` }),
    );
    entries.push(...undone);
    if (!wroteRows(load)) continue;
    const traced = mayRead.journal && hasJournal(load) ? await tracesOf(db, load, sought) : null;
    if (traced?.traces != null) {
      entries.push(
        ...traced.traces.map(
          ({ kind, before, isNow }): Entry => ({
            ...common,
            did: kind,
            known: 'journal',
            why: 'its journal keeps the row',
            before,
            isNow,
          }),
        ),
      );
      continue;
    }
    if (undone.length > 0 || said.has(load.load_id)) continue;
    const text = values[0]?.typed ?? '';
    entries.push({
      ...common,
      did: 'may-have-written',
      known: 'candidate',
      why: candidateWords(load, traced?.why ?? null),
      read: isHidden || text === '' ? null : await searchCommand(db, load.load_id, text),
    });
  }
  return { entries, notes };
}

/** The key as ledger and quarantine name it, in the order of each key of the same columns that loads had. */
function keysInWords(
  loads: readonly TargetLoad[],
  { values, texts }: { readonly values: readonly SoughtValue[]; readonly texts: readonly string[] },
): readonly string[] {
  const textOf = new Map(values.map(({ column: { name } }, i) => [name, texts[i] ?? '']));
  const same = loads
    .map(({ contract }) => contract?.businessKey ?? [])
    .filter((key) => key.length === textOf.size && key.every((name) => textOf.has(name)));
  return [...new Set(same.map((key) => key.map((name) => `${name}=${textOf.get(name)}`).join(', ')))];
}

interface KeptRow {
  readonly load_id: number;
  readonly message: string;
}

function candidateWords(load: TargetLoad, why: string | null): string {
  const { undone_at: undoneAt, asked_by: askedBy, journal_forgotten_at: forgottenAt, written, outcome } = load;
  if (undoneAt !== null)
    return `it was undone at ${second(undoneAt.toISOString())}${askedBy === null ? '' : ` by ${askedBy}`}, so what it wrote is as before unless others changed it since`;
  if (why !== null) return why;
  const rows =
    outcome === 'LOADED'
      ? `it wrote ${plural(written, 'row')}`
      : 'it has not ended as LOADED, and may have merged in part';
  if (forgottenAt !== null) return `${rows}, and its journal is gone since ${second(forgottenAt.toISOString())}`;
  return `${rows}, and without undo the ledger keeps no keys of them`;
}

async function searchCommand(db: Db, loadId: number, text: string): Promise<string | null> {
  const load = await findLoad(db, selectLoad(loadId));
  // of several objects nobody knows which to look through
  if (load === null || load.replay !== null || load.objectCount !== null) return null;
  if (load.decoding !== null && writesRecords(load.decoding)) return null;
  return linesCommand(load, { text });
}

function heldEntry(common: Omit<Entry, 'did' | 'known' | 'why'>, record: HeldRecord): Entry {
  const { record_no: recordNo, line, kind, byte_offset: from, byte_length: byteLength, reasons, load } = record;
  const isMade = load.decoding !== null && writesRecords(load.decoding);
  const told = reasons.map(({ code, message }) => `${code}: ${message}`);
  return {
    ...common,
    object: load.objectCount === null ? common.object : objectUrl(load.object),
    recordNo,
    line: isMade ? null : line,
    bytes: isMade || byteLength === null ? null : { from, to: from + byteLength, of: 'record' },
    did: kind === 'duplicate' ? 'duplicate' : 'rejected',
    known: 'quarantine',
    why: `the quarantine has the record: ${oneLine(told.join('; '), 300)}`,
    read:
      load.replay === null ? recordCommand(load, { recordNo, byteOffset: from, byteLength: byteLength ?? 0 }) : null,
  };
}
