import { execute, many, type Db } from '../db/client.ts';
import { updateFittingCharsets } from '../ledger/loads/loads-sql.ts';
import { selectNotUtf8 } from '../ledger/rejects/rejects-reading-sql.ts';
import type { LoadReport } from '../protocol/outcomes.ts';

/** Keeps for the report in which encodings the records would be text that were rejected as no UTF-8; answers whether there are such. */
export async function noteFittingCharsets(db: Db, { loadId, rejectsByCode }: LoadReport): Promise<boolean> {
  if (loadId === null || !rejectsByCode.some(({ code }) => code === 'INVALID_UTF8')) return false;
  // it brings the tables of all encodings
  const { fittingCharsets, wholeCharacters } = await import('../decoding/charset/fitting.ts');
  const rows = await many<{ sample: Buffer; is_cut: boolean }>(db, selectNotUtf8(loadId));
  const samples = rows.map(({ sample, is_cut: isCut }) => (isCut ? wholeCharacters(sample) : sample));
  await execute(db, updateFittingCharsets(loadId, fittingCharsets(samples)));
  return true;
}
