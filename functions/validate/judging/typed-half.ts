import type { Sql } from '../../core/sql.ts';
import { type Db, execute, many } from '../../db/client.ts';
import { writeFound } from '../../db/sheltered.ts';
import type { FileColumn } from '../../core/contract.ts';
import type { Format } from '../../formats/format.ts';
import { keeping } from '../../ledger/rejects/kept.ts';
import { selectRoomOfSlice } from '../../ledger/rejects/kept-sql.ts';
import { quarantinePlaced } from '../../ledger/rejects/rejects.ts';
import type { SliceBase } from '../../ledger/rejects/rejects-sql.ts';
import type { Content } from '../../content/content.ts';
import { recordsAt } from '../../content/records-at.ts';
import type { ByteRange } from '../../objects/store.ts';
import { sourcesOf } from './sources.ts';
import { judgeAround } from './judge.ts';
import {
  breachesTable,
  breachingRecords,
  createBreaches,
  dropTable,
  indexBreaches,
  insertBreaches,
  raisedRecords,
  raisingTable,
  selectBreachOffsets,
} from './judge-sql.ts';
import { type Judgement, rulesOf } from './judgement.ts';

/** Where the slice's records lie: what their line, length and bytes are read again from. */
export interface SliceSource {
  readonly format: Format;
  readonly fileColumns: readonly FileColumn[];
  readonly content: Content;
  /** From its first record to the end of its last. */
  readonly range: ByteRange;
  readonly maxRawBytes: number;
}

const COLUMNS = ['record_no', 'byte_offset'] as const;

/**
 * Quarantines the records of the typed half that break a rule. A clean half costs one scan; the object is read again only
 * where there are rejects. Answers how many.
 */
export async function judgeTypedHalf(
  db: Db,
  base: SliceBase,
  judgement: Judgement,
  source: SliceSource,
  isSheltered: boolean,
): Promise<number> {
  if (rulesOf(judgement).length === 0) return 0;
  const breaches = breachesTable(base.loadId, base.slice);
  const collecting = { raising: raisingTable(base.loadId, base.slice, isSheltered), isSheltered };
  const rejected = await judgeAround(db, judgement, collecting, (raising) =>
    collectBreaches(db, judgement, breaches, { raising, isSheltered }),
  );
  if (rejected > 0) await quarantineAll(db, base, breaches, source);
  await execute(db, dropTable(breaches));
  return rejected;
}

async function collectBreaches(
  db: Db,
  judgement: Judgement,
  breaches: Sql,
  { raising, isSheltered }: { raising: Sql | null; isSheltered: boolean },
): Promise<number> {
  const records = breachingRecords(judgement, COLUMNS, raising);
  if (records === null) throw new Error('a half without rules was judged');
  const breaching = await writeFound(db, isSheltered, {
    query: records,
    write: (found) => createBreaches(breaches, found),
  });
  if (raising === null) return breaching;
  const raised = await writeFound(db, isSheltered, {
    query: raisedRecords(judgement, COLUMNS, raising),
    write: (found) => insertBreaches(breaches, found),
  });
  return breaching + raised;
}

async function quarantineAll(db: Db, base: SliceBase, breaches: Sql, source: SliceSource): Promise<void> {
  await execute(db, indexBreaches(breaches));
  const wanted = await readOffsets(db, breaches);
  const { content, fileColumns, ...reading } = source;
  const pages = recordsAt(content, { ...reading, startLine: base.baseLine + 1, wanted });
  const kept = await keeping(db, selectRoomOfSlice(base));
  for await (const page of pages) {
    const sources = sourcesOf(page, { fileColumns, format: reading.format });
    await quarantinePlaced(db, base, breaches, { records: kept.of(page), sources });
  }
}

/** Eight bytes an offset; the reasons stay in the database. */
async function readOffsets(db: Db, breaches: Sql): Promise<number[]> {
  const pageRecords = 20_000;
  const offsets: number[] = [];
  for (;;) {
    const page = await many<{ byte_offset: number }>(
      db,
      selectBreachOffsets(breaches, offsets.at(-1) ?? -1, pageRecords),
    );
    for (const { byte_offset } of page) offsets.push(byte_offset);
    if (page.length < pageRecords) return offsets;
  }
}
