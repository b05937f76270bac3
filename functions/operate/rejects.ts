import { many, one, type Db } from '../db/client.ts';
import { selectMayReadRaw, selectRejects, type RejectRow } from './sql.ts';

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
    readonly withoutRaw?: boolean;
  },
): Promise<readonly RejectRow[]> {
  return await many<RejectRow>(db, selectRejects({ bytes: Number.MAX_SAFE_INTEGER, ...wanted }));
}

/** False: of a role that the bytes of records are kept from (docs/operations.md, the roles). */
export async function mayReadRaw(db: Db): Promise<boolean> {
  return (await one<{ raw: boolean }>(db, selectMayReadRaw)).raw;
}
