import { LoadRejected } from '../protocol/errors.ts';
import { loadCodes } from '../protocol/load-codes.ts';
import type { Contract, FileColumn } from '../core/contract.ts';
import { printable } from '../core/printable.ts';
import { filledColumns } from '../core/staging.ts';
import { sqlIdent, sqlQuoted } from '../core/typed-again.ts';
import { many, one, type Db } from '../db/client.ts';
import { selectDeniedSequences, selectRole } from './sequence-rights-sql.ts';

/**
 * Refuses a file without a column whose default draws from a sequence that the role may not use: not one row of it could be stored.
 * So where empty cells of a column take such a default.
 * Asked once it is known which columns the file has: by its header, or by all its records where they name them.
 * @throws LoadRejected NO_PRIVILEGE with the grant
 */
export async function requireSequences(db: Db, contract: Contract, fileColumns: readonly FileColumn[]): Promise<void> {
  const { target, columns } = contract;
  const filled = new Set(filledColumns({ contract, fileColumns }).map(({ name }) => name));
  const defaulted = columns
    .filter(({ name, hasDefault, drawsDefault }) => hasDefault && (drawsDefault === true || !filled.has(name)))
    .map(({ name }) => name);
  if (defaulted.length === 0) return;
  const denied = await many<{ sequence: string }>(db, selectDeniedSequences(target, defaulted));
  if (denied.length === 0) return;
  const { role } = await one<{ role: string }>(db, selectRole);
  const sequences = denied.map(({ sequence }) => sqlQuoted(sequence)).join(', ');
  throw new LoadRejected(
    loadCodes.NO_PRIVILEGE,
    `The file leaves a column to its default, and the role ${printable(role)} may not draw from the sequence of that. ` +
      `As its owner run: grant usage on sequence ${sequences} to ${sqlIdent(role)};`,
  );
}
