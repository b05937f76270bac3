import type { Catalogue } from '../../compile/catalogue/catalogue.ts';
import { type ObjectOfRecord, objectsOfRecords } from '../../ledger/objects/objects-of-records.ts';
import { ownColumns } from '../../core/format/file-columns.ts';
import { printable } from '../../core/printable.ts';
import { lineageOf } from '../../core/supplies/supplied.ts';
import type { LineageKind } from '../../core/supplies/supply.ts';
import { many, one, transaction, type Db } from '../../db/client.ts';
import { sqlState } from '../../db/errors.ts';
import { formatOf } from '../../formats/format-of.ts';
import { findLoad, type Load } from '../../ledger/loads/load.ts';
import { selectLoad } from '../../ledger/loads/loads-sql.ts';
import { HIDDEN, MAX_VALUE_CHARACTERS } from '../../ledger/rejects/shown-text.ts';
import { selectJournalFaults } from '../../ledger/undos/journal-faults-sql.ts';
import type { JournalKind } from '../../ledger/undos/journalled-sql.ts';
import { selectTraces, type SoughtValue, type TraceRow } from '../../ledger/undos/row-traces-sql.ts';
import { selectJournalled } from '../../ledger/undos/undos-sql.ts';
import { type HoldingRow, selectHolding, selectLosers, type TargetLoad } from './row-history-sql.ts';

/** The table, the values that a row of it is sought by, and what is shown of nobody. */
export interface Sought {
  readonly catalogue: Catalogue;
  readonly values: readonly SoughtValue[];
  readonly sensitive: ReadonlySet<string>;
}

/** Of one load's journal: what it keeps of the row; null: nothing can be said of it, and why. */
export type Traced =
  | { readonly traces: readonly Trace[]; readonly why: null }
  | { readonly traces: null; readonly why: string };

/** What a load did with the row. */
export interface Trace {
  readonly kind: JournalKind;
  /** Values by column; null: the load inserted it. */
  readonly before: Readonly<Record<string, string | null>> | null;
  readonly isNow: boolean | null;
}

/** At most so many of a load and a kind: a key that is unique has one. */
const mostTraces = 20;

/** Whether the load keeps a journal that may tell of the row. */
export function hasJournal({ contract, undone_at: undone, journal_forgotten_at: forgotten }: TargetLoad): boolean {
  return contract?.undo !== undefined && undone === null && forgotten === null;
}

/** What the journal of a load keeps of the row, read in a transaction of its own. */
export async function tracesOf(db: Db, load: TargetLoad, sought: Sought): Promise<Traced> {
  const { load_id: loadId, contract } = load;
  const { catalogue, values, sensitive } = sought;
  if (contract === null) return { traces: [], why: null };
  if (contract.target.oid !== catalogue.oid)
    return {
      traces: null,
      why: `the table was made anew since load ${loadId}, and its journal is of the table before`,
    };
  const lost = contract.businessKey.find((name) => !catalogue.columns.some((column) => column.name === name));
  const foreign = values.find(({ column }) => !contract.businessKey.includes(column.name));
  if (lost !== undefined)
    return {
      traces: null,
      why: `${printable(lost)}, of the key of load ${loadId}, is no column of the table any more`,
    };
  try {
    return await transaction(db, { lockTimeoutMs: 30_000 }, async () => {
      const faults = await one<{ dropped: boolean; copied: boolean }>(db, selectJournalFaults(contract, loadId));
      if (faults.dropped)
        return {
          traces: null,
          why: `columns were dropped since load ${loadId}, so its journal cannot be read as rows`,
        };
      const kinds = await many<{ kind: JournalKind }>(db, selectJournalled(loadId));
      const traces: Trace[] = [];
      for (const { kind } of kinds) {
        if (kind === 'inserted' && foreign !== undefined) continue;
        const shown = catalogue.columns.map(({ name }) => name).filter((name) => !sensitive.has(name));
        const table = {
          target: { ...contract.target, schema: catalogue.schema, table: catalogue.table, oid: catalogue.oid },
          dataset: load.dataset,
          businessKey: kind === 'inserted' ? contract.businessKey : values.map(({ column }) => column.name),
          columns: catalogue.columns,
        };
        const rows = await many<TraceRow>(
          db,
          selectTraces(
            table,
            { loadId, kind },
            { sought: values, shown, most: mostTraces, versioned: ['r', 'p'].includes(catalogue.kind) },
          ),
        );
        traces.push(
          ...rows.map(({ before, is_now: isNow }) => ({
            kind,
            before: kind === 'inserted' ? null : named(catalogue, shown, before),
            isNow: faults.copied ? null : isNow,
          })),
        );
      }
      return foreign !== undefined && traces.length === 0
        ? {
            traces: null,
            why: `the key of load ${loadId} is (${contract.businessKey.map((name) => printable(name, 80)).join(', ')}), so rows that it inserted are not found by ${printable(foreign.column.name)}`,
          }
        : { traces, why: null };
    });
  } catch (error) {
    if (sqlState(error)?.startsWith('22') !== true) throw error;
    return { traces: null, why: `the journal of load ${loadId} is of other types than the table has now` };
  }
}

function named(
  { columns }: Catalogue,
  shown: readonly string[],
  values: readonly (string | null)[] | null,
): Readonly<Record<string, string | null>> {
  return Object.fromEntries(
    columns.map(({ name }) => {
      const at = shown.indexOf(name);
      return [name, at === -1 ? HIDDEN : (values?.[at] ?? null)];
    }),
  );
}

/** A record of the quarantine whose cells are the values, with its load. */
export interface HeldRecord extends HoldingRow {
  readonly load: Load;
}

/**
 * Records of the quarantine whose cells are written as the values were typed, and losers of duplicate keys. Records that name
 * their columns are not told apart.
 * @param keys words for the key; none where it is hidden
 */
export async function heldRecords(
  db: Db,
  {
    loads,
    values,
    keys,
    mayReadRaw,
  }: {
    readonly loads: readonly number[];
    readonly values: readonly SoughtValue[];
    readonly keys: readonly string[];
    readonly mayReadRaw: boolean;
  },
): Promise<readonly HeldRecord[]> {
  const texts = values.map(({ typed }) => typed).filter((text) => text !== '');
  const mayHold = mayReadRaw && texts.length > 0 ? await many<HoldingRow>(db, selectHolding(loads, texts)) : [];
  // of a longer one the quarantine has the beginning alone
  const whole = keys.filter((key) => key.length <= MAX_VALUE_CHARACTERS);
  const losers = whole.length === 0 ? [] : await many<HoldingRow>(db, selectLosers(loads, whole));
  const found: HeldRecord[] = [];
  const known = new Map<number, Load | null>();
  const objectsAt = new Map<number, ObjectOfRecord>();
  for (const row of [...mayHold, ...losers]) {
    const id = row.load_id;
    if (!known.has(id)) known.set(id, await findLoad(db, selectLoad(id)));
    const load = known.get(id) ?? null;
    if (load === null) continue;
    const at = objectsAt.get(id) ?? (await objectsOfRecords(db, load));
    objectsAt.set(id, at);
    const of = at(row.record_no);
    if (row.raw === null || hasCells(row, of, values)) found.push({ ...row, load: of });
  }
  return found;
}

function hasCells({ raw }: HoldingRow, load: Load, values: readonly SoughtValue[]): boolean {
  const { contract, fileColumns } = load;
  if (contract === null || fileColumns === null || raw === null) return false;
  const cells = formatOf({ ...load, contract }).texts?.(raw) ?? [];
  const columns = ownColumns(fileColumns);
  return (
    cells.length === columns.length &&
    values.every(
      ({ column: { name }, typed }) => cells[columns.findIndex(({ column }) => column?.name === name)] === typed,
    )
  );
}

/** Columns of the table that say where a row came from, of the newest load that says which. */
export function lineageColumns(
  loads: readonly TargetLoad[],
  { columns }: Catalogue,
): readonly { readonly kind: LineageKind; readonly column: string }[] {
  const found = new Map<LineageKind, string>();
  for (const { contract } of loads) {
    for (const column of contract?.columns ?? []) {
      const kind = lineageOf(column);
      const isThere = columns.some(({ name }) => name === column.name);
      if (kind !== null && isThere && !found.has(kind)) found.set(kind, column.name);
    }
  }
  return [...found].map(([kind, column]) => ({ kind, column }));
}
