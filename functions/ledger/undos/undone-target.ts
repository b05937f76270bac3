import { compileFor, datasetWithoutTyped } from '../../contract/dataset-of.ts';
import { printable } from '../../core/printable.ts';
import type { Contract } from '../../core/contract.ts';
import type { Dataset } from '../../compile/declaration/schema.ts';
import { many, one, type Db } from '../../db/client.ts';
import { LoadRejected } from '../../protocol/errors.ts';
import type { Load } from '../loads/load.ts';
import { selectJournalFaults, selectTableColumns } from './journal-faults-sql.ts';
import type { UndoneTarget } from './journalled-sql.ts';
import { type Reference, selectReferences } from './references-sql.ts';

/** A load that cannot be undone, or not now; the message says why, and what to do. */
export class UndoRefused extends Error {
  override readonly name = 'UndoRefused';
}

/**
 * The target of a load as an undo needs it, of the catalogue: what the ledger says of it becomes no SQL.
 * @throws UndoRefused where the journal does not fit the table any more
 */
export async function readUndoneTarget(db: Db, load: Load, datasets: readonly Dataset[]): Promise<UndoneTarget> {
  const contract = await compiled(db, load, datasets);
  const references = await many<Reference>(db, selectReferences(contract.target.oid));
  const { columns } = await one<{ columns: readonly string[] }>(db, selectTableColumns(contract));
  const hidden = references.find(({ isReadable, onDelete }) => !isReadable && !'ar'.includes(onDelete));
  if (hidden !== undefined)
    throw new UndoRefused(
      `rows of ${printable(hidden.schema)}.${printable(hidden.table)} refer to ${printable(load.target)} and would go or change with its rows, and this role does not see all of them: grant select on ${printable(hidden.schema)}.${printable(hidden.table)} to it, then undo load ${load.loadId} again`,
    );
  const faults = await one<{ dropped: boolean; copied: boolean }>(db, selectJournalFaults(contract, load.loadId));
  if (faults.copied)
    throw new UndoRefused(
      `the journal of load ${load.loadId} came here from another server (a dump, or logical replication), or is older than two thousand million transactions: which rows others wrote since cannot be told any more, so nothing is undone`,
    );
  if (faults.dropped)
    throw new UndoRefused(
      `${printable(load.target)} had columns when load ${load.loadId} wrote it that were dropped since: rows cannot be what they were, so nothing is undone. Where that is meant, mend the rows yourself: landfall.journal has them`,
    );
  const generated = (contract.unfillableColumns ?? []).filter(({ why }) => why === 'generated');
  return { contract, columns, generated: generated.map(({ name }) => name), references };
}

async function compiled(db: Db, load: Load, datasets: readonly Dataset[]): Promise<Contract> {
  const { loadId, request, target, contract: earlier } = load;
  if (earlier === null) throw new UndoRefused(`load ${loadId} was never planned, so there is nothing to undo`);
  const contract = await compileNow();
  if (contract.target.oid !== earlier.target.oid)
    throw new UndoRefused(
      `${printable(target)} is not the table that load ${loadId} wrote: it was made anew since, so nothing is undone`,
    );
  if (contract.businessKey.join('\0') !== earlier.businessKey.join('\0'))
    throw new UndoRefused(
      `the key of dataset ${printable(load.dataset)} was (${printable(earlier.businessKey.join(', '))}) when load ${loadId} was merged, and is another one now: with that key again it can be undone`,
    );
  return contract;

  async function compileNow(): Promise<Contract> {
    try {
      return (await compileFor(db, datasetWithoutTyped(request, datasets), earlier)).contract;
    } catch (error) {
      if (!(error instanceof LoadRejected)) throw error;
      throw new UndoRefused(
        `${error.message}\nUntil dataset and table fit each other, load ${loadId} cannot be undone`,
      );
    }
  }
}
