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
import { mostExamples, shownRules } from '../page/sections/rejects.ts';
import { type RuleMend, RuleMends } from '../propose/mends/rule-mends.ts';
import type { LoadReport, Outcome } from '../protocol/outcomes.ts';
import { hiddenColumns, shownOf, type ShownColumns, shownRecord } from '../replay/shown-record.ts';
import { triedRejects } from '../replay/tried-rejects.ts';

/** Rejects that the page's table may hold; the rest is in rejects.csv. */
const mostRejects = 1_000;

/** Loads in the small charts. */
const mostLoads = 20;

/** What report.html shows beside the report. @param rejects of readFirstRejects */
export async function pageFacts(
  db: Db,
  load: Load,
  {
    report,
    rejects,
    stack,
  }: { readonly report: LoadReport; readonly rejects: PageFacts['rejects']; readonly stack: string | null },
): Promise<PageFacts> {
  const history = await many<PastLoadRow>(
    db,
    selectPastLoads({ loadId: load.loadId, dataset: load.dataset, most: mostLoads }),
  );
  return {
    report,
    command: (rest) => `landfall ${rest.trim()}${atStack(stack)}`,
    columns: sourceColumns(load),
    rejects,
    types: Object.fromEntries(load.contract?.columns.map(({ name, type }) => [name, type]) ?? []),
    history: history.map(pastLoad),
  };
}

function sourceColumns({ fileColumns }: Load): readonly SourceColumn[] {
  return ownColumns(fileColumns ?? []).map(({ header, column }) => ({ header, column: column?.name ?? null }));
}

/**
 * The first rejects, and under what they would be taken. Only those that may stand as examples of their rules have their cells: of 1,000
 * records of 64 KiB the others would be held for nothing.
 */
export async function readFirstRejects(
  db: Db,
  load: Load,
  report: Pick<LoadReport, 'rejectsByCode'>,
): Promise<{ readonly rejects: readonly ShownReject[]; readonly mends: readonly RuleMend[] }> {
  const { contract, loadId } = load;
  const split = contract === null ? null : formatOf({ ...load, contract }).texts;
  const shown: ShownColumns = { split, columns: sourceColumns(load).length, hidden: hiddenColumns(load) };
  const at = await objectsOfRecords(db, load);
  const rules = shownRules(report);
  const isExample = examplesOf(rules);
  const asTried = triedRejects();
  const mends = contract === null ? null : new RuleMends(contract, rules);
  const rejects: ShownReject[] = [];
  for await (const page of readRejects(db, loadId, mostRejects)) {
    for (const record of page) {
      const of = at(record.record_no);
      const reasons = reasonsIn(record);
      mends?.look(asTried(record, of, reasons));
      const cells = isExample(reasons) ? cellsShown(record, shownOf(shown, load, of)) : noCells;
      const { recordNo, line, byteOffset } = openPlace(record, of);
      rejects.push({ record: recordNo, line, byteOffset, reasons, ...cells, ...objectIn(load, of) });
    }
  }
  return { rejects, mends: mends?.found() ?? [] };
}

/** Whether a record is among the first ones that broke one of the rules. Asked of each once, in their order. */
function examplesOf(rules: LoadReport['rejectsByCode']): (reasons: ShownReject['reasons']) => boolean {
  const left = new Map(rules.map((rule) => [ruleKey(rule), mostExamples]));
  return (reasons) => {
    let isOne = false;
    for (const reason of reasons) {
      const key = ruleKey(reason);
      const more = left.get(key) ?? 0;
      if (more === 0) continue;
      left.set(key, more - 1);
      isOne = true;
    }
    return isOne;
  };
}

function ruleKey({ code, column }: { readonly code: string; readonly column: string | null }): string {
  return JSON.stringify([code, column]);
}

const noCells = { cells: null, whole: null };

function cellsShown({ raw }: RejectedRecord, columns: ShownColumns): Pick<ShownReject, 'cells' | 'whole'> {
  return raw === null ? noCells : shownRecord(raw, columns);
}

function objectIn(load: Load, of: Load): Pick<ShownReject, 'object'> {
  const object = keyOf(load, of);
  return object === null ? {} : { object };
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
