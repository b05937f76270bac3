import { many, type Db } from '../../db/client.ts';
import type { Figures } from '../../core/control/totals.ts';
import { type NullHistory, selectNullHistory } from '../../ledger/control/null-history-sql.ts';
import type { PlannedLoad } from '../../ledger/loads/load.ts';
import type { WouldBe } from '../../ledger/loads/would-be-sql.ts';
import { writesRecords } from '../../decoding/steps.ts';
import { type RefusedBy, selectRefusedBy } from '../../ledger/rejects/refused-sql.ts';
import { countRejectsOfCodes } from '../../ledger/rejects/top-reasons-sql.ts';
import type { GateView } from './cause.ts';
import { brokenLoadRules } from './load-rules.ts';

/** What the causes are judged by, beyond what Transform knows already: read where the dataset asks for it, and else not. */
export async function readGateView(
  db: Db,
  load: PlannedLoad,
  known: { readonly counts: WouldBe; readonly foreseen: number; readonly figures: Figures | null },
): Promise<GateView> {
  const { nullShare, maxRejectsByCode = {} } = load.contract.limits;
  const codes = Object.keys(maxRejectsByCode);
  return {
    load,
    ...known,
    nullHistory: nullShare === undefined ? [] : await many<NullHistory>(db, selectNullHistory(load)),
    rejectsOfCodes:
      codes.length === 0
        ? []
        : await many<{ code: string; records: number }>(db, countRejectsOfCodes(load.loadId, codes)),
    ofLoad: await brokenLoadRules(db, load),
    refused: (await many<RefusedBy>(db, selectRefusedBy(load.loadId))).map((refused) => placed(refused, load)),
  };
}

/** Records of a document stand on no line of it. */
function placed(refused: RefusedBy, { decoding }: PlannedLoad): RefusedBy {
  return writesRecords(decoding) ? { ...refused, firstLine: null } : refused;
}
