import { many, transaction, type Db } from '../../db/client.ts';
import { preferIndexOrder } from '../../db/settings.ts';
import { selectRejectsAfter } from './rejects-reading-sql.ts';

/** A reject as the rejects file needs it: record_no and line count over the whole load, raw is at most maxRawBytes, and null behind maxKeptBytes. */
export interface RejectedRecord {
  readonly record_no: number;
  readonly line: number | null;
  /** Of a replay: number and line under the load that rejected it first, where it stays open; else null. */
  readonly open_as: number | null;
  readonly open_line: number | null;
  readonly byte_offset: number;
  readonly byte_length: number | null;
  readonly raw: Buffer | null;
  /** JSON, taken apart by reasonsIn() where it is used: the objects of a whole page would all outlive the collector's young generation. */
  readonly reasons: string;
}

/** Why a record is in the quarantine, as it was read. */
export function reasonsIn({ reasons }: Pick<RejectedRecord, 'reasons'>): readonly Reason[] {
  return JSON.parse(reasons) as readonly Reason[];
}

/** Why a record is in the quarantine. */
export interface Reason {
  readonly code: string;
  readonly column: string | null;
  readonly value: string | null;
  readonly message: string;
  /** Of the target, where the reason was found over the whole load. */
  readonly constraint?: string;
  /** Of the last one, where there were too many to keep each in words: columns by code. */
  readonly more?: Readonly<Record<string, readonly (string | null)[]>>;
}

/**
 * A page of rejects: records whose reasons take 10 kB at the very most and ordinarily 300 bytes, and 8 MiB of their bytes. Two are held
 * at once. A page of 500 takes four times as many statements.
 */
const page = { records: 2_000, bytes: 8 * 1024 * 1024 };

/**
 * The rejects of a load in the file's order, in pages, each from the index in its order: the server has no statistics of what was
 * just written, and would collect and sort all that are left for every page (128,000 took 26 s, in order 5 s). The next page is
 * read while one is used: nobody else may use the connection meanwhile.
 * @param most of them, from the first on.
 */
export async function* readRejects(db: Db, loadId: number, most = Infinity): AsyncGenerator<readonly RejectedRecord[]> {
  let left = most;
  const readNext = async (after: number): Promise<readonly RejectedRecord[]> =>
    left <= 0 ? [] : await readPage(db, loadId, { after, records: Math.min(page.records, left) });
  let next = readNext(0);
  try {
    for (;;) {
      const rejects = await next;
      const last = rejects.at(-1);
      if (last === undefined) return;
      left -= rejects.length;
      next = readNext(last.record_no);
      // awaited later: until then a failure is nobody's
      next.catch(() => undefined);
      yield rejects;
    }
  } finally {
    await next.catch(() => undefined);
  }
}

async function readPage(
  db: Db,
  loadId: number,
  { after, records }: { readonly after: number; readonly records: number },
): Promise<readonly RejectedRecord[]> {
  return await transaction(db, {}, async () => {
    await preferIndexOrder(db);
    return await many<RejectedRecord>(db, selectRejectsAfter(loadId, after, { records, bytes: page.bytes }));
  });
}
