import type { Sql } from '../../core/sql.ts';
import type { Db } from '../../db/client.ts';
import { quarantine } from '../../ledger/rejects/rejects.ts';
import type { SliceBase } from '../../ledger/rejects/rejects-sql.ts';
import { unsoundRecords } from '../../ledger/slices/unsound-sql.ts';
import { judgeAround } from './judge.ts';
import { breachingRecords, raisedRecords, raisingTable } from './judge-sql.ts';
import type { Judgement } from './judgement.ts';

const COLUMNS = ['record_no', 'line', 'byte_offset', 'byte_length', 'raw'] as const;

/** Quarantines the records of the raw half that are unsound or break a rule; their bytes lie beside them. Answers how many. */
export async function judgeRawHalf(
  db: Db,
  base: SliceBase,
  judgement: Judgement,
  isSheltered: boolean,
): Promise<number> {
  const unsound = await quarantine(db, base, unsoundRecords(base.loadId, base.slice), false);
  const collecting = { raising: raisingTable(base.loadId, base.slice, isSheltered), isSheltered };
  const breaching = await judgeAround(db, judgement, collecting, (raising) =>
    quarantineBreaching(db, base, judgement, { raising, isSheltered }),
  );
  return unsound + breaching;
}

async function quarantineBreaching(
  db: Db,
  base: SliceBase,
  judgement: Judgement,
  { raising, isSheltered }: { raising: Sql | null; isSheltered: boolean },
): Promise<number> {
  const records = breachingRecords(judgement, COLUMNS, raising);
  const breaching = records === null ? 0 : await quarantine(db, base, records, isSheltered);
  const raised =
    raising === null ? 0 : await quarantine(db, base, raisedRecords(judgement, COLUMNS, raising), isSheltered);
  return breaching + raised;
}
