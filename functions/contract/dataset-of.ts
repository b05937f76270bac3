import type { LoadRequest } from '../protocol/states.ts';
import { printable } from '../core/printable.ts';
import { LoadRejected } from '../protocol/errors.ts';
import { loadCodes } from '../protocol/load-codes.ts';
import { contractHash } from '../core/contract-hash.ts';
import type { Contract } from '../core/contract.ts';
import { transaction, type Db } from '../db/client.ts';
import { datasetNamed } from '../datasets/named.ts';
import { contractFor } from './contract-for.ts';
import { noTypedSql, type TypedSql, typedRulesOf, typedThrottleOf } from './typed-sql.ts';
import { replayed } from '../compile/replayed.ts';
import { adHocDataset, type Dataset, withApproval, withTraffic, withUndo } from '../compile/declaration/schema.ts';

/** What a process was told of: the project's datasets, and statements that somebody typed to it. */
export interface Declared {
  readonly datasets: readonly Dataset[];
  readonly typedSql?: TypedSql;
}

/**
 * The dataset that a request names, or the one that it spells out (`--into`, `--key`), with what the request says of traffic and
 * of a person's yes.
 * A statement is never taken from a request, which others may have written: only from a declaration, or as it was typed to the
 * command whose process this is.
 */
export function datasetOf(request: LoadRequest, declared: Declared): Dataset {
  const dataset = datasetAsked(request, declared);
  return request.replay === undefined ? dataset : replayed(dataset, request.replay);
}

/** Why what goes on with a request could not even be asked for here, in words; null: it can. What it comes to is another question. */
export function whyNotHere(request: LoadRequest, declared: Declared): string | null {
  const { dataset } = request;
  if (dataset !== undefined && datasetNamed(dataset, declared.datasets) === null)
    return `its dataset ${printable(dataset)} is not declared here: declare it again, or ask where it is`;
  try {
    datasetOf(request, declared);
    return null;
  } catch (error) {
    // anything else is said where the load is judged
    return error instanceof LoadRejected && error.code === loadCodes.RULE ? error.message : null;
  }
}

/** As datasetOf, but for what a person typed to a command as SQL, which only some states are given: it changes neither order nor control. */
export function datasetWithoutTyped(
  { typedRules: _rules, typedThrottle: _throttle, ...request }: LoadRequest,
  datasets: readonly Dataset[],
): Dataset {
  return datasetOf(request, { datasets });
}

function datasetAsked(request: LoadRequest, { datasets, typedSql: typed = noTypedSql }: Declared): Dataset {
  const { dataset: name, into, businessKey = [], traffic: requested = {}, approve, undo, ...more } = request;
  const { typedRules, typedThrottle, ...described } = more;
  const { throttleQuery: _ofRequest, ...choices } = requested;
  const throttleQuery = typedThrottleOf(typedThrottle, typed);
  const traffic = throttleQuery === null ? choices : { ...choices, throttleQuery };
  if (into !== undefined)
    return withUndo(
      adHocDataset({ into, businessKey, traffic, approve, ...described }, typedRulesOf(typedRules, typed)),
      undo,
    );
  const dataset = name === undefined ? null : datasetNamed(name, datasets);
  if (dataset === null) throw new Error(`no dataset is called "${name ?? ''}"`);
  return withUndo(withApproval(withTraffic(dataset, traffic), approve), undo);
}

/** Dataset + the target's catalogue as it is now (+ what the load's contract read before). Throws LoadRejected where they do not fit. */
export async function compileFor(
  db: Db,
  dataset: Dataset,
  earlier: Contract | null = null,
): Promise<{ contract: Contract; hash: string }> {
  const contract = await transaction(db, {}, () => contractFor(db, dataset, earlier));
  return { contract, hash: contractHash(contract) };
}
