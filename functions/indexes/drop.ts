import { setTimeout as sleep } from 'node:timers/promises';
import type { TargetTable } from '../core/contract.ts';
import { execute, many, transaction, type Db } from '../db/client.ts';
import { isLockConflict, sqlState } from '../db/errors.ts';
import { isIndexDefinition } from './definition.ts';
import {
  deleteDropped,
  dropBeside,
  dropIndexes,
  type DroppedRow,
  insertDropped,
  lockTable,
  type Owning,
} from './drop-sql.ts';
import { buildName } from './missing-sql.ts';
import { type ConnectAs, runBeside } from './own-session.ts';

/** What is dropped, of which table, for which load. */
export interface Dropping {
  readonly loadId: number;
  readonly targetName: string;
  readonly target: TargetTable;
  readonly names: readonly string[];
  readonly lockTimeoutMs: number;
  /** Where others use the table: a connection of its own for each drop. Null: the table is locked for a moment. */
  readonly beside: ConnectAs | null;
  /** Run inside the transaction, first: proves that the table is this load's to write, and is the one that was planned for. */
  readonly guard: () => Promise<void>;
}

/** Each holds readers up for lockTimeoutMs at the most; with the waits between them some 8 s. */
const tries = 12;

/**
 * Drops the indexes, and in the same transaction writes down what brings them back: whoever sees that one is missing finds its row.
 * Answers the names that were dropped; null where others held the table at every try. What this load dropped before, in an
 * earlier attempt, is not dropped again.
 */
export async function dropPlanned(db: Db, dropping: Dropping): Promise<readonly string[] | null> {
  if (dropping.names.length === 0) return [];
  if (dropping.beside !== null) return await dropBesideOthers(db, dropping, dropping.beside);
  for (let conflicts = 0; conflicts < tries; conflicts += 1) {
    try {
      return await dropOnce(db, dropping);
    } catch (error) {
      if (!isLockConflict(error)) throw error;
      await sleep(Math.random() * Math.min(2_000, 50 * 2 ** conflicts));
    }
  }
  return null;
}

async function dropOnce(db: Db, dropping: Dropping): Promise<readonly string[]> {
  const { loadId, targetName, target, names, lockTimeoutMs, guard } = dropping;
  return await transaction(db, { lockTimeoutMs }, async () => {
    await guard();
    await execute(db, lockTable(target));
    const owning = { loadId, target: targetName, tableOid: target.oid, isConcurrent: false };
    const dropped = await writtenDown(db, owning, names);
    const whole = dropped.filter(({ part_of: partOf }) => partOf === null);
    if (whole.length > 0) await execute(db, dropIndexes(whole));
    return whole.map(({ name }) => name);
  });
}

/** Nothing is dropped that could not be built from what is written down. */
async function writtenDown(db: Db, owning: Owning, names: readonly string[]): Promise<readonly DroppedRow[]> {
  const rows = await many<DroppedRow>(db, insertDropped(owning, names));
  const wholes = rows.filter(({ definition }) => !isIndexDefinition(definition)).map((row) => row.part_of ?? row.name);
  const strange = rows.filter((row) => wholes.includes(row.part_of ?? row.name));
  if (strange.length === 0) return rows;
  const ids = strange.map(({ index_id: indexId }) => indexId);
  await execute(db, deleteDropped(ids));
  return rows.filter((row) => !strange.includes(row));
}

/**
 * Each row is committed before its drop begins, since that can be in no transaction. A drop that is broken off, or that the server
 * refuses, leaves an index that is whole or invalid: bringing back takes the one for what it was, and builds the other anew.
 */
async function dropBesideOthers(db: Db, dropping: Dropping, connectAs: ConnectAs): Promise<readonly string[]> {
  const { loadId, targetName, target, names, guard } = dropping;
  const owning = { loadId, target: targetName, tableOid: target.oid, isConcurrent: true };
  const rows = await transaction(db, {}, async () => {
    await guard();
    return await writtenDown(db, owning, names);
  });
  for (const row of rows) {
    try {
      await connectAs(buildName(row.index_id), (own) => runBeside(own, row.index_id, [dropBeside(row)]));
    } catch (error) {
      if (sqlState(error) === null) throw error;
    }
  }
  return rows.map(({ name }) => name);
}
