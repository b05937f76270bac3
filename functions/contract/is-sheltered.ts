import type { Contract } from '../core/contract.ts';
import { many, type Db } from '../db/client.ts';
import { type OwnCode, selectOwnCode } from './own-code-sql.ts';

/** Whether records are judged where code of the target's owner can write nothing: in a dry run, where there is such code. */
export async function isSheltered(
  db: Db,
  { request, contract }: { readonly request: { readonly dryRun: boolean }; readonly contract: Contract },
): Promise<boolean> {
  if (!request.dryRun) return false;
  return (await many<OwnCode>(db, selectOwnCode([contract.target]))).some(({ mayWrite }) => mayWrite);
}
