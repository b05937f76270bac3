import { ruleOf } from '../conflict/all.ts';
import type { ContractColumn } from '../core/contract.ts';
import { allDispositions, type Disposition, dispositions } from '../core/dispositions.ts';
import { filledColumns } from '../core/staging.ts';
import { execute, many, one, type Db } from '../db/client.ts';
import { withOwnSettings } from '../db/meanings.ts';
import { readingOnly, writeFound } from '../db/sheltered.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import { updateDefaultDisposition } from '../ledger/slices/verdicts-sql.ts';
import {
  createClasses,
  dropClasses,
  insertClassVerdicts,
  type JudgedSlice,
  sampleDispositions,
  selectClasses,
  targetHasRows,
} from './classify-sql.ts';

/** Of this many slices, spread over the file, this many records each say what most of the load is. */
const sampledSlices = 4;
const sampledRecords = 500;

/**
 * New, changed, unchanged or stale: decided once for the whole load, by one join with the target. Records that differ
 * from the default, which is what a sample says most are, get a verdict. An empty target needs no join, nor does a rule
 * without a key: all are new.
 * @param isSheltered as in db/sheltered.ts.
 */
export async function classify(
  db: Db,
  load: PlannedLoad,
  slices: readonly JudgedSlice[],
  isSheltered: boolean,
): Promise<void> {
  const { contract, loadId } = load;
  const filled = filledColumns(load);
  if (slices.length === 0 || !(await mayBeThere(db, load))) {
    await execute(db, updateDefaultDisposition(loadId, 'new'));
    return;
  }
  await execute(db, dropClasses(loadId));
  // casts to a domain of the target run its CHECK
  const byDefault = await withOwnSettings(db, async () => {
    const most = await readingOnly(db, isSheltered, () => commonest(db, load, filled, slices));
    await writeFound(db, isSheltered, {
      query: selectClasses(contract, filled, loadId, slices, most),
      write: (found) => createClasses(loadId, found),
    });
    return most;
  });
  await execute(db, insertClassVerdicts(loadId));
  await execute(db, dropClasses(loadId));
  await execute(db, updateDefaultDisposition(loadId, byDefault));
}

/** Not where there is no key, nor in an empty table. */
async function mayBeThere(db: Db, { contract }: PlannedLoad): Promise<boolean> {
  const { demands, classify: asked } = ruleOf(contract);
  if (!demands.key) return false;
  if (asked.inFull !== undefined) return true;
  return (await one<{ filled: boolean }>(db, targetHasRows(contract))).filled;
}

async function commonest(
  db: Db,
  { contract, loadId }: PlannedLoad,
  filled: readonly ContractColumn[],
  slices: readonly JudgedSlice[],
): Promise<Disposition> {
  const records = new Map<string, number>();
  const step = Math.max(1, Math.floor(slices.length / sampledSlices));
  for (const slice of slices.filter((_, i) => i % step === 0).slice(0, sampledSlices)) {
    const found = await many<{ disposition: string; records: number }>(
      db,
      sampleDispositions(contract, filled, loadId, slice, sampledRecords),
    );
    for (const { disposition, records: n } of found) records.set(disposition, (records.get(disposition) ?? 0) + n);
  }
  const [first] = [...records].toSorted(([, a], [, b]) => b - a);
  return allDispositions.find((name) => dispositions[name].letter === first?.[0]) ?? 'new';
}
