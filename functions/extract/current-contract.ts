import { LoadRejected } from '../protocol/errors.ts';
import { lookupAway } from '../contract/declared/lookups.ts';
import { updateHeld } from '../ledger/loads/held-sql.ts';
import { loadCodes } from '../protocol/load-codes.ts';
import { heldMessage } from '../words/held-message.ts';
import { execute, transaction, type Db } from '../db/client.ts';
import { sealOf } from '../core/contract-hash.ts';
import type { Contract } from '../core/contract.ts';
import { printable } from '../core/printable.ts';
import { assertAttempt } from '../ledger/loads/attempts.ts';
import { resetPlan } from '../ledger/staging/reset.ts';
import type { Dataset } from '../compile/declaration/schema.ts';
import { ledgerEdited, readLoad, type Load } from '../ledger/loads/load.ts';
import { updateContract } from '../ledger/loads/loads-sql.ts';
import { compileFor, type Declared, datasetOf } from '../contract/dataset-of.ts';

/**
 * A resumed load must still mean what it meant. Where the dataset or the target changed since, or the plan does not say how
 * the object's lines end, the load begins anew under the new contract; once its gate was passed, rows may be merged under the old
 * one, and that cannot be mixed. Answers the seal of what was compiled here with it: the steps that follow compare it.
 * @throws LoadRejected LEDGER_EDITED where the ledger says something else than what was written into it
 */
export async function currentContract(
  load: Load,
  attempt: number,
  { db, ...declared }: { readonly db: Db } & Declared,
): Promise<{ readonly load: Load; readonly seal: string }> {
  const dataset = datasetOf(load.request, declared);
  if (dataset.name !== load.dataset) throw ledgerEdited(load, 'request');
  const { contract, hash } = await compiledOrAskedAgain(load, attempt, { db, dataset });
  const seal = sealOf(contract);
  const isSame = hash === load.contractHash && contract.fingerprint === load.contract?.fingerprint;
  // what concerns other users of the table, and whether a person is asked, may be another choice each time
  const stored = load.contract === null ? null : sealOf(withChoices(load.contract, contract));
  if (isSame && stored !== null && stored !== seal) throw ledgerEdited(load, 'contract');
  const isWhole = load.bodyOffset === null || load.lineEnd !== null;
  if (isSame && (isWhole || load.gated)) {
    if (load.contract !== null && sealOf(load.contract) === seal) return { load, seal };
    await transaction(db, {}, async () => {
      await execute(db, updateContract(load.loadId, contract, hash));
      await assertAttempt(db, { loadId: load.loadId, attempt });
    });
    return { load: { ...load, contract }, seal };
  }
  if (load.gated) {
    throw new LoadRejected(
      'CONTRACT_CHANGED',
      `${printable(load.target)} or its dataset changed since load ${load.loadId} passed its gate, and rows may be merged already: load the object again with --force, it starts anew and merges what differs`,
    );
  }
  await transaction(db, {}, async () => {
    await resetPlan(db, load.loadId);
    await execute(db, updateContract(load.loadId, contract, hash));
    await assertAttempt(db, { loadId: load.loadId, attempt });
  });
  return { load: { ...(await readLoad(db, load.loadId)), contract }, seal };
}

/** Where a lookup has nothing to look up in any more, a load that was approved is refused in words that leave it HELD. */
async function compiledOrAskedAgain(
  load: Load,
  attempt: number,
  { db, dataset }: { readonly db: Db; readonly dataset: Dataset },
): ReturnType<typeof compileFor> {
  try {
    return await compileFor(db, dataset, load.contract);
  } catch (error) {
    const again = error instanceof LoadRejected ? await askedAgain(load, attempt, { db, dataset }) : null;
    throw again ?? error;
  }
}

/**
 * A yes was given, and by now a lookup of the dataset has nothing to look up in: the list is away, or its table. That is no fault of the load, and what
 * was judged stands in its staging, so it waits for another yes. What Finish makes of it is HELD; null: it is something else that keeps the load.
 */
async function askedAgain(
  load: Load,
  attempt: number,
  { db, dataset }: { readonly db: Db; readonly dataset: Dataset },
): Promise<LoadRejected | null> {
  const { loadId, held, approvedAt, gated, contract, execution } = load;
  const hold = contract?.hold;
  if (held === null || hold === undefined || gated) return null;
  // asked by this attempt already, whose answer was lost
  if (approvedAt === null && held.attempt !== attempt) return null;
  const away = await transaction(db, {}, () => lookupAway(db, dataset));
  if (away === null) return null;
  const moved = [`${away}; put it back first`];
  await transaction(db, {}, async () => {
    await execute(db, updateHeld(loadId, { ...held, attempt, moved }, hold.days));
    await assertAttempt(db, { loadId, attempt });
  });
  // no sweep comes by on one machine
  const days = execution?.startsWith('arn:') === true ? hold.days : null;
  return new LoadRejected(loadCodes.RULE, heldMessage({ loadId, counts: held.counts, broken: null, moved, days }));
}

function withChoices(
  { traffic: _old, hold: _earlier, ...contract }: Contract,
  { traffic, hold }: Pick<Contract, 'traffic' | 'hold'>,
): Contract {
  return { ...contract, ...(traffic !== undefined && { traffic }), ...(hold !== undefined && { hold }) };
}
