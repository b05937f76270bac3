import { printable } from '../../core/printable.ts';
import { shellWord, sqlIdent, sqlQuoted } from '../../core/typed-again.ts';
import { many, type Db } from '../../db/client.ts';
import { type Missing, selectMissing } from '../../indexes/missing-sql.ts';
import { selectIndexOwners, type IndexOwnerRow } from './index-checks-sql.ts';
import { failed, noted, type Check } from './checks.ts';

interface Asked {
  readonly wanted: readonly { readonly schema: string; readonly table: string }[];
  readonly role: string;
  /** The ledger is there, and is one that may be read. */
  readonly isCurrent: boolean;
}

/** Indexes that a load dropped and that are not back; and tables whose indexes this role could not drop and build again. */
export async function indexChecks(db: Db, { wanted, role, isCurrent }: Asked): Promise<readonly Check[]> {
  const missing = isCurrent ? await many<Missing>(db, selectMissing()) : [];
  const kept = await many<IndexOwnerRow>(db, selectIndexOwners(wanted));
  return [...missing.map(missingCheck), ...kept.map((row) => keptCheck(row, role))];
}

function missingCheck({ target, name, loadId, droppedAt, definition, trouble }: Missing): Check {
  const since = `load ${loadId} dropped it at ${droppedAt.toISOString()}`;
  const why = trouble === null ? '' : `, and it could not be built: ${printable(trouble)}`;
  return failed(
    `index ${printable(name)}`,
    `missing on ${printable(target)}: ${since}${why}`,
    `the next load of ${printable(target)} builds it, also one that changes nothing, or on one machine: landfall release ${shellWord(target)}; where it cannot be built, mend what the reason says. By hand, its definition is:\n${sqlQuoted(definition)};`,
  );
}

/**
 * Worth knowing only where there is something to drop. With INHERIT, whatever the role's own attribute says; without SET, so that no
 * function of the owner's, with SECURITY DEFINER, can be made that outlives the grant.
 */
function keptCheck(
  { schema, name, owner, may_create: mayCreate, is_owner: isOwner }: IndexOwnerRow,
  role: string,
): Check {
  const grants = [
    ...(isOwner ? [] : [`grant ${sqlIdent(owner)} to ${sqlIdent(role)} with inherit true, set false;`]),
    ...(mayCreate ? [] : [`grant create on schema ${sqlIdent(schema)} to ${sqlIdent(role)};`]),
  ];
  return noted(
    `indexes of ${printable(`${schema}.${name}`)}`,
    `stay during loads, also large ones: ${role} may not drop and create them, which takes the rights of the owner`,
    `nothing, or for faster first loads let a superuser, or whoever may grant the role ${printable(owner)}, run what follows (docs/security.md weighs it):\n${grants.join('\n')}`,
  );
}
