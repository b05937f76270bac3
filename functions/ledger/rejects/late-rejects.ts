import type { Content } from '../../content/content.ts';
import { recordsAt } from '../../content/records-at.ts';
import { execute, type Db } from '../../db/client.ts';
import { formatOf } from '../../formats/format-of.ts';
import type { PlannedLoad } from '../loads/load.ts';
import type { SliceRow } from '../slices/slices-sql.ts';
import type { Keeping } from './kept.ts';
import { insertLateRejects, type LateReject } from './late-rejects-sql.ts';

/** A record that passed every rule and that the target refuses all the same. */
export interface Refused {
  /** Inside the slice. */
  readonly recordNo: number;
  readonly byteOffset: number;
  readonly reasons: LateReject['reasons'];
}

/** Records of one slice into the quarantine, with their own bytes, read again by their place. */
export async function keepRefused(
  db: Db,
  load: PlannedLoad,
  slice: SliceRow,
  { refused, kept, content }: { refused: readonly Refused[]; kept: Keeping; content: Content },
): Promise<void> {
  const { startOffset: start, endOffset: end, baseRecord, baseLine } = slice;
  if (start === null || end === null || baseRecord === null || baseLine === null) {
    throw new Error(`slice ${slice.slice} of load ${load.loadId} has no receipt`);
  }
  const byOffset = new Map(refused.map((record) => [record.byteOffset, record]));
  const located = recordsAt(content, {
    format: formatOf(load),
    range: { start, end },
    startLine: baseLine + 1,
    wanted: [...byOffset.keys()].toSorted((a, b) => a - b),
    maxRawBytes: load.contract.limits.maxRawBytes,
  });
  for await (const records of located) {
    const rejects = kept.of(records).map((record): LateReject => {
      const found = byOffset.get(record.byteOffset);
      if (found === undefined) throw new Error(`no refused record at byte ${record.byteOffset}`);
      const { ownOffset = record.byteOffset } = record;
      return { ...record, byteOffset: ownOffset, recordNo: baseRecord + found.recordNo, reasons: found.reasons };
    });
    await execute(db, insertLateRejects(load.loadId, rejects));
  }
}
