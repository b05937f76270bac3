import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { onTestFinished } from 'vitest';
import { isAnyCleaned } from '../../functions/cleaning/chain.ts';
import { sealOf } from '../../functions/core/contract-hash.ts';
import type { Contract, FileColumn } from '../../functions/core/contract.ts';
import { ident, join, sql, trustedSql } from '../../functions/core/sql.ts';
import { rawTable, stagingColumn, stagingColumns, typedTable } from '../../functions/core/staging.ts';
import { contractFor } from '../../functions/contract/contract-for.ts';
import { type DatasetInput, defineDataset } from '../../functions/compile/declaration/schema.ts';
import { type Db, execute, many, one, transaction } from '../../functions/db/client.ts';
import { openDirectoryStore } from '../../functions/objects/directory/directory-store.ts';
import { storeFor } from '../../functions/objects/store-for.ts';
import { createRaw, createTyped } from '../../functions/stage/sql.ts';
import { validateSlice } from '../../functions/validate/step.ts';

export interface StagedRecord {
  readonly half: 'typed' | 'raw';
  /** NULL: an unquoted empty cell. In the file a cell is quoted where it must be. */
  readonly cells: readonly (string | null)[];
  /** A structural fault: the record goes to the raw half without cells. */
  readonly fault?: string;
}

export interface StagedSlice {
  readonly loadId: number;
  readonly contract: Contract;
  readonly fileColumns: readonly FileColumn[];
  /** The records' own bytes, without line ends. */
  readonly lines: readonly Buffer[];
  readonly offsets: readonly number[];
}

export interface Reason {
  readonly code: string;
  readonly column: string | null;
  readonly value: string | null;
  readonly message: string;
}

export interface Quarantined {
  readonly record_no: number;
  readonly line: number;
  readonly byte_offset: number;
  readonly byte_length: number;
  readonly raw: Buffer;
  readonly reasons: readonly Reason[];
}

/** The slice stands in the middle of its load, so that bases matter: 1,000 records and 2,000 lines come before it. */
export const BASE_RECORD = 1000;
export const BASE_LINE = 2000;
const EPOCH = '7b1f4c52-6f1e-4c77-9f2e-111111111111';
let loads = 0;

/**
 * A load with one slice, staged by hand: the file on disk, which goes with the test, the ledger's rows, the staging
 * tables filled by INSERT.
 */
export async function stageByHand(
  db: Db,
  dataset: DatasetInput,
  records: readonly StagedRecord[],
  header?: readonly (string | null)[],
): Promise<StagedSlice> {
  const contract = await transaction(db, {}, () => contractFor(db, defineDataset(dataset)));
  const fileColumns = (header ?? contract.columns.map(({ name }) => name)).map((name) => ({
    header: name ?? 'ignored',
    column: contract.columns.find((column) => column.name === name) ?? null,
  }));
  const lines = records.map(({ cells }) => Buffer.from(cells.map(csvCell).join(',')));
  const offsets: number[] = [];
  let at = 7;
  for (const line of lines) {
    offsets.push(at);
    at += line.length + 1;
  }
  const directory = await mkdtemp(joinPath(tmpdir(), 'landfall-validate-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const key = joinPath(directory, `part-${(loads += 1)}.csv`);
  await writeFile(key, Buffer.concat([Buffer.from('header\n'), ...lines.flatMap((line) => [line, Buffer.from('\n')])]));
  const object = await openDirectoryStore().head({ bucket: 'file://', key });
  const { load_id: loadId } = await one<{ load_id: number }>(
    db,
    sql`
      insert into landfall.loads
        (dataset, target, bucket, key, version_id, generation, size, object_modified, request, contract, attempt, file_columns, body_offset, body_line, epoch)
      values (${contract.dataset}, 'public.t', ${object.bucket}, ${object.key}, ${object.versionId}, 1, ${object.sizeBytes}, ${object.lastModified},
        '{}', ${JSON.stringify(contract)}, 3, ${JSON.stringify(fileColumns.map(({ header: name, column }) => ({ header: name, column: column?.name ?? null })))},
        7, 2, ${EPOCH})
      returning load_id`,
  );
  await execute(db, sql`insert into landfall_staging.epochs (load_id, epoch) values (${loadId}, ${EPOCH})`);
  await fillStaging(db, { loadId, fileColumns, records, lines, offsets, end: at });
  return {
    loadId,
    contract,
    fileColumns,
    lines,
    offsets,
  };
}

interface Filling {
  readonly loadId: number;
  readonly fileColumns: readonly FileColumn[];
  readonly records: readonly StagedRecord[];
  readonly lines: readonly Buffer[];
  readonly offsets: readonly number[];
  readonly end: number;
}

async function fillStaging(db: Db, { loadId, fileColumns, records, lines, offsets, end }: Filling): Promise<void> {
  const raw = records.filter(({ half }) => half === 'raw').length;
  await execute(
    db,
    sql`
      insert into landfall.slices
        (load_id, slice, range_start, range_end, attempt, epoch, start_offset, end_offset, records, typed_records, raw_records, lines, base_record, base_line)
      values (${loadId}, 0, 7, ${end}, 3, ${EPOCH}, 7, ${end}, ${records.length}, ${records.length - raw}, ${raw}, ${records.length}, ${BASE_RECORD}, ${BASE_LINE})`,
  );
  await execute(db, createTyped(loadId, 0, fileColumns));
  if (raw > 0) await execute(db, createRaw(loadId, 0, isAnyCleaned(fileColumns)));
  const columns = fileColumns.map(stagingColumn);
  let line = 1;
  for (const [i, record] of records.entries()) {
    const place = sql`${i + 1}::integer, ${offsets[i]}::bigint`;
    if (record.half === 'typed') {
      const values = columns.map(
        ({ type }, position) => sql`${record.cells[position] ?? null}::text::${trustedSql(type)}`,
      );
      const names = columns.map(({ name }) => ident(name));
      await execute(
        db,
        sql`insert into ${typedTable(loadId, 0)} (${ident(stagingColumns.recordNo)}, ${ident(stagingColumns.byteOffset)}, ${join(names)}) values (${place}, ${join(values)})`,
      );
    } else {
      await execute(
        db,
        sql`
          insert into ${rawTable(loadId, 0)} (record_no, byte_offset, byte_length, line, fault, fault_detail, raw, cells)
          values (${place}, ${lines[i]?.length}, ${line}, ${record.fault ?? null}, ${record.fault === undefined ? null : 'as it is'},
            ${lines[i]}, ${record.fault === undefined ? record.cells : null}::text[])`,
      );
    }
    line += 1 + lineFeeds(lines[i] ?? Buffer.alloc(0));
  }
}

/** Runs the step. */
export async function validate(db: Db, { loadId, contract }: StagedSlice, attempt = 3): Promise<{ rejected: number }> {
  return await validateSlice(
    { state: 'ValidateSlice', loadId, attempt, seal: sealOf(contract), slice: 0 },
    { db, storeFor, millisecondsLeft: () => 900_000 },
  );
}

/** The quarantine of a load, by record number. */
export async function quarantineOf(db: Db, { loadId }: StagedSlice): Promise<Quarantined[]> {
  return await many(
    db,
    sql`
      select record_no, line, byte_offset, byte_length, raw, reasons
      from landfall.rejects
      where (load_id = ${loadId})
      order by record_no`,
  );
}

/** Codes of each record of the slice, in order; an empty list is an accepted record. */
export async function codesOf(db: Db, slice: StagedSlice): Promise<readonly (readonly string[])[]> {
  const quarantined = await quarantineOf(db, slice);
  return slice.lines.map((_, i) => {
    const found = quarantined.find(({ record_no }) => record_no === BASE_RECORD + i + 1);
    return found === undefined ? [] : found.reasons.map(({ code }) => code);
  });
}

function csvCell(cell: string | null): string {
  if (cell === null) return '';
  return cell === '' || /[",\r\n]/u.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function lineFeeds(line: Buffer): number {
  return line.toString('utf8').split('\n').length - 1;
}
