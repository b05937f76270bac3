import type { Sql } from '../../core/sql.ts';
import { type Db, one } from '../../db/client.ts';
import type { LocatedRecord } from '../../core/located-record.ts';

/** A record as the quarantine takes it: null where its bytes are too many for what the load keeps. */
export type KeptRecord = Omit<LocatedRecord, 'raw'> & { readonly raw: Buffer | null };

/** What of the rejects that come the ledger keeps. */
export interface Keeping {
  /** The same records; from the first one that has no room on, without their bytes. */
  of(records: readonly LocatedRecord[]): readonly KeptRecord[];
  /** Bytes that were kept, and records whose bytes were not. */
  readonly counts: { readonly bytes: number; readonly unkept: number };
}

/**
 * Asks once how much room there is (kept-sql.ts); what others keep at the same time it does not see, so a load may keep more
 * than its limit by what its workers find at once.
 */
export async function keeping(db: Db, room: Sql): Promise<Keeping> {
  const { bytes: most } = await one<{ bytes: number }>(db, room);
  let bytes = 0;
  let unkept = 0;
  return {
    of: (records) =>
      records.map((record) => {
        if (unkept === 0 && bytes + record.raw.length <= most) {
          bytes += record.raw.length;
          return record;
        }
        unkept += 1;
        return { ...record, raw: null };
      }),
    get counts() {
      return { bytes, unkept };
    },
  };
}
