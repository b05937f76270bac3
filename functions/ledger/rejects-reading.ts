import { sql } from '../core/sql.ts';
import { execute, many, type Db } from '../db/client.ts';

export interface QuarantinedRecord {
  readonly record_no: number;
  readonly line: number | null;
  readonly byte_offset: number;
  readonly byte_length: number | null;
  readonly kind: 'reject' | 'duplicate';
  readonly raw: Buffer | null;
  readonly reasons: readonly { code: string; column: string | null; value: string | null; message: string }[];
}

/** A page of the quarantine; with maxRawBytes of 64 kB a record, 64 MB at the very most, ordinarily under one. */
const pageRecords = 1_000;

/** The quarantine of a load in the file's order, in pages. */
export async function* readQuarantine(db: Db, loadId: number): AsyncGenerator<readonly QuarantinedRecord[]> {
  for (let after = 0; ; ) {
    const page = await many<QuarantinedRecord>(
      db,
      sql`
        select record_no, line, byte_offset, byte_length, kind, raw, reasons
        from landfall.rejects
        where (load_id = ${loadId})
          and (record_no > ${after})
        order by record_no
        limit ${pageRecords}`,
    );
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = last.record_no;
  }
}

/** A dry run's rejects are in its report and nowhere else. */
export async function forgetRejects(db: Db, loadId: number): Promise<void> {
  await execute(db, sql`delete from landfall.rejects where (load_id = ${loadId})`);
}
