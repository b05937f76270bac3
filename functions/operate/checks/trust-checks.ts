import { printable } from '../../core/printable.ts';
import { type OwnCode, selectOwnCode } from '../../contract/own-code-sql.ts';
import { showTarget, type TargetName } from '../../core/target-name.ts';
import { many, one, type Db } from '../../db/client.ts';
import { type Check, noted, passed } from './checks.ts';
import { type RolePowers, selectRolePowers } from './trust-checks-sql.ts';

/** More of one owner's functions and types are counted. */
const mostNames = 5;

/** Whose code a load into these tables runs with the rights of this role, and whether the role has rights that no load needs. */
export async function trustChecks(db: Db, targets: readonly TargetName[], role: string): Promise<readonly Check[]> {
  const { powers } = await one<RolePowers>(db, selectRolePowers());
  const code = await many<OwnCode>(db, selectOwnCode(targets));
  const owners = targets.flatMap((target, i) => {
    const others = code.filter(({ place, owner }) => place === i && owner !== role);
    return others.length === 0 ? [] : [ownersCheck(target, others, role)];
  });
  return [powersCheck(powers, role), ...owners];
}

function powersCheck(powers: readonly string[], role: string): Check {
  if (powers.length === 0)
    return passed('role', `${printable(role)} has no more rights than it was granted on objects`);
  return noted(
    'role',
    `${printable(role)} is ${printable(powers.join(', '))}: code of the owner of each table that it loads runs with that`,
    'load as a role that owns nothing and is no superuser (docs/security.md, "A zone of trust"); on a server of your own, for yourself alone: nothing',
  );
}

function ownersCheck(target: TargetName, code: readonly OwnCode[], role: string): Check {
  const owners = [...new Set(code.map(({ owner }) => owner))];
  const said = owners.map((owner) => {
    const names = code.filter((each) => each.owner === owner).map(({ kind, name }) => `${kind} ${name}`);
    const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : '';
    return `${owner} (${names.slice(0, mostNames).join(', ')}${more})`;
  });
  return noted(
    `code for ${showTarget(target)}`,
    printable(`runs as ${role}; its owners may change it: ${said.join('; ')}`),
  );
}
