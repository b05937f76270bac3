import { many, type Db } from '../db/client.ts';
import { selectRejects, type RejectRow } from './sql.ts';

/** The first rejects (or duplicates) of a load, in the file's order; `code` keeps those that broke that rule. */
export async function readRejects(
  db: Db,
  wanted: {
    readonly loadId: number;
    readonly kind: 'reject' | 'duplicate';
    readonly code: string | null;
    readonly column?: string | null;
    readonly most: number;
    readonly bytes?: number;
  },
): Promise<readonly RejectRow[]> {
  return await many<RejectRow>(db, selectRejects({ bytes: Number.MAX_SAFE_INTEGER, ...wanted }));
}
