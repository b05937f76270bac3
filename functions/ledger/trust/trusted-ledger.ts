import { LedgerUntrusted, TryAgain } from '../../protocol/errors.ts';
import { printable } from '../../core/printable.ts';
import { plural } from '../../words/quantities.ts';
import { many, type Db } from '../../db/client.ts';
import { selectFaults } from './ledger-faults-sql.ts';
import type { LedgerOwner } from './ledger-roles-sql.ts';

/** Something that is not as the ledger's owner makes it. */
export interface LedgerFault {
  /** Names an object of the catalogue. */
  readonly what: string;
  /** The statement by which its owner or a superuser mends it; null where no single one does. */
  readonly fix: string | null;
}

/** Empty lists where all is well, or nothing is there. */
export interface LedgerFaults {
  /**
   * Whether this look found a ledger. Where it did not, nothing of one may be read: whoever may make schemas could make one
   * between the look and the reading.
   */
  readonly isThere: boolean;
  /** By which somebody who is not expected could run code in it or change it. */
  readonly foreign: readonly LedgerFault[];
  /** Tables, columns and constraints that this version's migrations make otherwise. It says nothing of a ledger of another version. */
  readonly shape: readonly LedgerFault[];
}

/**
 * Looks at the catalogue alone: nothing of the ledger is read or written, so no code of it runs. What passes can be changed by
 * its owner and by superusers only, so a look before the use is enough (docs/adr/0025). One statement, some milliseconds.
 */
export async function ledgerFaults(db: Db, owner: LedgerOwner): Promise<LedgerFaults> {
  const faults = await many<LedgerFault & { readonly kind: 'there' | 'foreign' | 'shape' }>(db, selectFaults(owner));
  const of = (wanted: 'foreign' | 'shape'): readonly LedgerFault[] => faults.filter(({ kind }) => kind === wanted);
  return { isThere: faults.some(({ kind }) => kind === 'there'), foreign: of('foreign'), shape: of('shape') };
}

/**
 * Asked before anything of the ledger is read or written, once a load and once an operator's command.
 * @throws LedgerUntrusted where somebody who is not expected owns it, or could run code in it; TryAgain where there is none.
 */
export async function requireTrustedLedger(db: Db, owner: LedgerOwner): Promise<void> {
  const { isThere } = await requireNoForeign(db, owner);
  if (!isThere) {
    throw new TryAgain(
      'this database has no ledger (schemas landfall and landfall_staging). Its owner makes it: `landfall migrate`, or for a stack ' +
        'the call of its migrate function (docs/deploy.md, "6. The ledger")',
    );
  }
}

/** For who does without a ledger, or makes it. @throws LedgerUntrusted */
export async function requireNoForeign(db: Db, owner: LedgerOwner): Promise<LedgerFaults> {
  const faults = await ledgerFaults(db, owner);
  requireNone(faults.foreign);
  return faults;
}

/** @throws LedgerUntrusted where there are such faults. */
export function requireNone(faults: readonly LedgerFault[]): void {
  if (faults.length > 0) throw new LedgerUntrusted(faultWords(faults));
}

/** 4: the others are for doctor. */
const toldAtMost = 4;
/** 300: two names of 63 characters, each quoted, and what they are. */
const toldCharacters = 300;

function faultWords(faults: readonly LedgerFault[]): string {
  const more = faults.length - toldAtMost;
  const told = `${faults
    .slice(0, toldAtMost)
    .map(({ what }) => printable(what, toldCharacters))
    .join('; ')}${more > 0 ? `; and ${plural(more, 'more difference')}` : ''}`;
  return (
    'the ledger of this database (schemas landfall and landfall_staging) is not as its owner makes it, so nothing of it was read or ' +
    `written: ${told}. \`landfall doctor\` lists every difference and what to do`
  );
}
