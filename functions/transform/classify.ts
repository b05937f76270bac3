import { bringsVersions, ruleOf } from '../conflict/all.ts';
import type { ContractColumn } from '../core/contract.ts';
import { type Disposition, dispositions, offeredDispositions } from '../core/dispositions.ts';
import { filledColumns } from '../core/staging.ts';
import { execute, many, one, type Db } from '../db/client.ts';
import { withOwnSettings } from '../db/meanings.ts';
import { readingOnly, writeFound } from '../db/sheltered.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import { updateDefaultDisposition } from '../ledger/slices/verdicts-sql.ts';
import {
  type Classing,
  createClasses,
  insertClassVerdicts,
  type JudgedSlice,
  sampleDispositions,
  selectClasses,
  targetHasRows,
} from './classify-sql.ts';
import { createLost } from './kin/lost-sql.ts';
import { insertRefused, selectRefusedSlices } from './refused/refused-by-rule-sql.ts';

/** Of this many slices, spread over the file, this many records each say what most of the load is. */
const sampledSlices = 4;
const sampledRecords = 500;

/** What the join with the target left behind. */
export interface Classified {
  /** The target was read: of changed records the classes say what changes. */
  readonly isCompared: boolean;
  /** Slices with records that the conflict rule refuses for their rows; quarantineLost takes them from there. */
  readonly refused: readonly number[];
}

/**
 * New, changed, unchanged or stale: decided once for the whole load, by one join with the target. Records that differ
 * from the default, which is what a sample says most are, get a verdict. An empty target needs no join, nor does a rule
 * without a key: all are new. The classes stay until the transaction drops them: diff/find-diff.ts counts in them.
 * @param isSheltered as in db/sheltered.ts.
 * @param compared columns of which changed records say whether they differ.
 * @param isAgain after the gate: what the rule would refuse by now is offered to the target, and the merge refuses it.
 */
export async function classify(
  db: Db,
  load: PlannedLoad,
  slices: readonly JudgedSlice[],
  {
    isSheltered,
    compared,
    isAgain = false,
  }: { readonly isSheltered: boolean; readonly compared: readonly ContractColumn[]; readonly isAgain?: boolean },
): Promise<Classified> {
  const { contract, loadId } = load;
  if (slices.length === 0 || !(await mayBeThere(db, load))) {
    await execute(db, updateDefaultDisposition(loadId, 'new'));
    return { isCompared: false, refused: [] };
  }
  const classing: Classing = { contract, filled: filledColumns(load), refuses: !isAgain };
  // casts to a domain of the target run its CHECK
  const byDefault = await withOwnSettings(db, async () => {
    const most = await readingOnly(db, isSheltered, () => commonest(db, classing, loadId, slices));
    await writeFound(db, isSheltered, {
      query: selectClasses(classing, loadId, { slices, byDefault: most, compared }),
      write: (found) => createClasses(loadId, found),
    });
    return most;
  });
  await execute(db, insertClassVerdicts(loadId, byDefault));
  const refused = await refuse(db, classing, loadId);
  await execute(db, updateDefaultDisposition(loadId, byDefault));
  return { isCompared: true, refused };
}

/** What the conflict rule refuses, into the table of lost records. */
async function refuse(db: Db, { contract, refuses }: Classing, loadId: number): Promise<readonly number[]> {
  const refusals = ruleOf(contract).classify.refusals(contract);
  if (!refuses || refusals.length === 0) return [];
  const losing = (await many<{ slice: number }>(db, selectRefusedSlices(loadId))).map(({ slice }) => slice);
  if (losing.length > 0) await execute(db, createLost(loadId));
  for (const slice of losing) await execute(db, insertRefused(contract, refusals, loadId, slice));
  return losing;
}

/** Not where there is no key, nor in an empty table; where the rule inserts nothing, every record is asked. */
async function mayBeThere(db: Db, { contract }: PlannedLoad): Promise<boolean> {
  const { demands, classify: asked } = ruleOf(contract);
  if (!demands.key) return false;
  if (asked.inFull !== undefined || bringsVersions(contract) || !demands.insert) return true;
  return (await one<{ filled: boolean }>(db, targetHasRows(contract))).filled;
}

async function commonest(
  db: Db,
  classing: Classing,
  loadId: number,
  slices: readonly JudgedSlice[],
): Promise<Disposition> {
  const records = new Map<string, number>();
  const step = Math.max(1, Math.floor(slices.length / sampledSlices));
  for (const slice of slices.filter((_, i) => i % step === 0).slice(0, sampledSlices)) {
    const found = await many<{ disposition: string; records: number }>(
      db,
      sampleDispositions(classing, loadId, slice, sampledRecords),
    );
    for (const { disposition, records: n } of found) records.set(disposition, (records.get(disposition) ?? 0) + n);
  }
  const commonestFirst = [...records].toSorted(([, a], [, b]) => b - a).map(([code]) => code);
  const offered = commonestFirst.flatMap(
    (code) => offeredDispositions.find((name) => dispositions[name].letter === code) ?? [],
  );
  return offered[0] ?? 'new';
}
