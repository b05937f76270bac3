import { LoadRejected } from '../protocol/errors.ts';
import { loadCodes } from '../protocol/load-codes.ts';
import type { LoadRequest } from '../protocol/states.ts';

/** Whoever may start an execution writes its request, and would have the loader run what it likes. Null where there is no statement in it. */
export function sqlInRequest({ traffic = {} }: Pick<LoadRequest, 'traffic'>): LoadRejected | null {
  if (!('throttleQuery' in traffic)) return null;
  return new LoadRejected(
    loadCodes.SQL_IN_REQUEST,
    'traffic.throttleQuery of a request is SQL, and would run with the rights of the role that loads: leave it out, and declare throttleQuery in the dataset. On one machine --throttle-query of `landfall load` gives it to its own process',
  );
}
