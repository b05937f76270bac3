import { setTimeout as sleep } from 'node:timers/promises';
import type { TargetTable } from '../core/contract.ts';
import { execute, many, transaction, type Db } from '../db/client.ts';
import { isLockConflict } from '../db/errors.ts';
import { isIndexDefinition } from './definition.ts';
import { deleteDropped, dropIndexes, type DroppedRow, insertDropped, lockTable } from './drop-sql.ts';

/** What is dropped, of which table, for which load. */
export interface Dropping {
  readonly loadId: number;
  readonly targetName: string;
  readonly target: TargetTable;
  readonly names: readonly string[];
  readonly lockTimeoutMs: number;
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
    const owning = { loadId, target: targetName, tableOid: target.oid };
    const rows = await many<DroppedRow>(db, insertDropped(owning, names));
    // nothing is dropped that could not be built from what is written down
    const strange = rows.filter(({ definition }) => !isIndexDefinition(definition));
    if (strange.length > 0) {
      await execute(db, deleteDropped(strange.map(({ index_id: indexId }) => indexId)));
    }
    const dropped = rows.filter((row) => !strange.includes(row));
    if (dropped.length > 0) await execute(db, dropIndexes(dropped));
    return dropped.map(({ name }) => name);
  });
}
