import { ruleOf } from '../../conflict/all.ts';
import { execute, many, one, type Db } from '../../db/client.ts';
import { type NullHistory, selectNullHistory } from '../../ledger/control/null-history-sql.ts';
import { selectRowsBefore, updateRowsBefore } from '../../ledger/batches/replaced-sql.ts';
import type { PlannedLoad } from '../../ledger/loads/load.ts';
import type { WouldBe } from '../../ledger/loads/would-be-sql.ts';
import { writesRecords } from '../../decoding/steps.ts';
import { type RefusedBy, selectRefusedBy } from '../../ledger/rejects/refused-sql.ts';
import { anyWaits } from '../../ledger/rejects/open-rejects.ts';
import { countRejectsOfCodes } from '../../ledger/rejects/top-reasons-sql.ts';
import type { GateView } from './cause.ts';
import { plural } from '../../words/quantities.ts';
import { type BrokenLoadRule, brokenLoadRules } from './load-rules.ts';
import { rowsThere } from './changed/rows-there.ts';
import { countTarget } from '../vanish/vanishing-sql.ts';

/** What the causes are judged by, beyond what Transform knows already: read where the dataset asks for it, and else not. */
export async function readGateView(
  db: Db,
  load: PlannedLoad,
  known: Pick<GateView, 'counts' | 'foreseen' | 'figures' | 'diff'> & { readonly unread: number },
): Promise<GateView> {
  const { nullShare, maxRejectsByCode = {} } = load.contract.limits;
  const codes = Object.keys(maxRejectsByCode);
  const { unread, ...judgedBy } = known;
  return {
    load,
    ...judgedBy,
    rowsBefore: await rowsBefore(db, load, known.counts),
    rowsThere: await rowsThere(db, load, known),
    nullHistory: nullShare === undefined ? [] : await many<NullHistory>(db, selectNullHistory(load)),
    rejectsOfCodes:
      codes.length === 0
        ? []
        : await many<{ code: string; records: number }>(db, countRejectsOfCodes(load.loadId, codes)),
    anyWaits: await anyWaits(db, load, known.counts.rejected),
    ofLoad: [...(await brokenLoadRules(db, load)), ...nothingDeleted(load, unread)],
    refused: (await many<RefusedBy>(db, selectRefusedBy(load.loadId))).map((refused) => placed(refused, load)),
  };
}

/** Records of a document stand on no line of it. */
function placed(refused: RefusedBy, { decoding }: PlannedLoad): RefusedBy {
  return writesRecords(decoding) ? { ...refused, firstLine: null } : refused;
}

/** Rows that the target had; null: the load deletes none. Counted once, and by a rule that takes the file for the whole truth already. */
async function rowsBefore(db: Db, { loadId, contract }: PlannedLoad, { deleted }: WouldBe): Promise<number | null> {
  const { rows_before: rows } = await one<{ rows_before: number | null }>(db, selectRowsBefore(loadId));
  if (rows !== null || deleted === 0) return rows;
  const counted = await one<{ rows: number }>(db, countTarget(contract));
  await execute(db, updateRowsBefore(loadId, counted.rows));
  return counted.rows;
}

/** A reject whose key nobody can read may be the record of any row. */
function nothingDeleted({ contract }: PlannedLoad, unread: number): readonly BrokenLoadRule[] {
  if (unread === 0) return [];
  const message = `no row is deleted: ${plural(unread, 'reject')} ${unread === 1 ? 'has' : 'have'} a key that cannot be read, so nobody can tell whose row it is; mend ${unread === 1 ? 'it' : 'them'} and load the file again`;
  return [{ severity: 'warn', column: null, rule: ruleOf(contract).words[0], message, kind: 'limit' }];
}
