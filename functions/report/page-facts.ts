import { withoutSigns } from '../core/decoding/undecodable.ts';
import { ownColumns } from '../core/format/file-columns.ts';
import { many, type Db } from '../db/client.ts';
import { formatOf } from '../formats/format-of.ts';
import type { Load } from '../ledger/loads/load.ts';
import { keyOf, objectsOfRecords } from '../ledger/objects/objects-of-records.ts';
import { selectPastLoads } from '../ledger/loads/report/past-loads-sql.ts';
import { type RejectedRecord, readRejects, reasonsIn } from '../ledger/rejects/rejects-reading.ts';
import { atStack } from '../words/stack-option.ts';
import { openPlace } from './open-place.ts';
import type { PageFacts, PastLoad, ShownReject, SourceColumn } from '../page/facts.ts';
import { shownRules } from '../page/sections/rejects.ts';
import { ruleMends } from '../propose/mends/rule-mends.ts';
import type { LoadReport, Outcome } from '../protocol/outcomes.ts';
import { hiddenColumns, shownOf, type ShownColumns, shownRecord } from '../replay/shown-record.ts';

/** Rejects that the page's table may hold; the rest is in rejects.csv. */
const mostRejects = 1_000;

/** Loads in the small charts. */
const mostLoads = 20;

/** What report.html shows beside the report. */
export async function pageFacts(
  db: Db,
  load: Load,
  { report, stack }: { readonly report: LoadReport; readonly stack: string | null },
): Promise<PageFacts> {
  const history = await many<PastLoadRow>(
    db,
    selectPastLoads({ loadId: load.loadId, dataset: load.dataset, most: mostLoads }),
  );
  const columns = sourceColumns(load);
  const rejects = report.counts.rejected === 0 ? [] : await firstRejects(db, load);
  return {
    report,
    command: (rest) => `landfall ${rest.trim()}${atStack(stack)}`,
    columns,
    rejects,
    mends:
      load.contract === null
        ? []
        : ruleMends({
            rules: shownRules(report),
            rejects,
            contract: load.contract,
            columns: columns.length,
          }),
    types: Object.fromEntries(load.contract?.columns.map(({ name, type }) => [name, type]) ?? []),
    history: history.map(pastLoad),
  };
}

function sourceColumns({ fileColumns }: Load): readonly SourceColumn[] {
  return ownColumns(fileColumns ?? []).map(({ header, column }) => ({ header, column: column?.name ?? null }));
}

async function firstRejects(db: Db, load: Load): Promise<readonly ShownReject[]> {
  const { contract, loadId } = load;
  const split = contract === null ? null : formatOf({ ...load, contract }).texts;
  const shown: ShownColumns = { split, columns: sourceColumns(load).length, hidden: hiddenColumns(load) };
  const at = await objectsOfRecords(db, load);
  const first: ShownReject[] = [];
  for await (const page of readRejects(db, loadId, mostRejects)) {
    for (const record of page) {
      const of = at(record.record_no);
      first.push({ ...shownReject(record, of, shownOf(shown, load, of)), ...objectIn(load, of) });
    }
  }
  return first;
}

function objectIn(load: Load, of: Load): Pick<ShownReject, 'object'> {
  const object = keyOf(load, of);
  return object === null ? {} : { object };
}

function shownReject(record: RejectedRecord, load: Load, columns: ShownColumns): ShownReject {
  const { raw } = record;
  const { recordNo, line, byteOffset } = openPlace(record, load);
  const kept = raw === null ? { cells: null, whole: null } : shownRecord(raw, columns);
  const cellCount = raw === null ? null : (columns.split?.(withoutSigns(raw)).length ?? null);
  return { record: recordNo, line, byteOffset, reasons: reasonsIn(record), cellCount, ...kept };
}

interface PastLoadRow {
  load_id: number;
  outcome: Outcome;
  started_at: Date;
  records: number;
  rejected: number;
  ms: number;
}

function pastLoad({ load_id: loadId, started_at: startedAt, ms: milliseconds, ...rest }: PastLoadRow): PastLoad {
  const { outcome, records, rejected } = rest;
  return { loadId, outcome, startedAt: startedAt.toISOString(), records, rejected, milliseconds };
}
