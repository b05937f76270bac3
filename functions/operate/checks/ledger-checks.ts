import { printable } from '../../core/printable.ts';
import { sqlIdent, sqlQuoted } from '../../core/typed-again.ts';
import { many } from '../../db/client.ts';
import { comparedMigrations } from '../../ledger/trust/known-migrations.ts';
import { selectAppliedMigrations } from '../../ledger/trust/ledger-shape-sql.ts';
import { ledgerFaults, type LedgerFault } from '../../ledger/trust/trusted-ledger.ts';
import { type Check, failed, noted, passed } from './checks.ts';
import type { OperateDeps } from '../deps.ts';
import { selectMissingOfLedger, type ServerFacts } from './doctor-sql.ts';
import { readerChecks } from './reader-checks.ts';
import { type LedgerOwnerFacts, selectLedgerOwners } from './ledger-checks-sql.ts';

/** Whose the ledger is, what differs in it, its version, what this role may do in it, and who sees records in it. What may not be trusted is not read. */
export async function ledgerChecks(
  { may_create: may, role }: ServerFacts,
  { db, ledgerOwner }: OperateDeps,
): Promise<readonly Check[]> {
  const { isThere, foreign, shape } = await ledgerFaults(db, ledgerOwner);
  if (foreign.length > 0) return foreign.map(foreignCheck);
  if (!isThere) return [missingCheck(may, role)];
  const owners = (await many<LedgerOwnerFacts>(db, selectLedgerOwners())).map(ownerCheck);
  const missing = (await many<{ missing: string }>(db, selectMissingOfLedger())).map((each) => each.missing);
  const fix = `let the owner of the ledger run:\n${missing.map((each) => `grant ${each} to ${sqlIdent(role)};`).join('\n')}`;
  const rights =
    missing.length === 0
      ? passed('ledger rights', `${role} has them`)
      : failed('ledger rights', `${role} lacks ${missing.join(', ')}`, fix);
  if (missing.some((each) => /migrations|usage on schema landfall$/.test(each))) return [...owners, rights];
  const applied = (await many<{ name: string }>(db, selectAppliedMigrations())).map(({ name }) => name);
  return [...owners, ...versionChecks(applied, shape), rights, ...(await readerChecks(db))];
}

function missingCheck(may: boolean, role: string): Check {
  return may
    ? noted('ledger', 'not there yet: the first load makes it (or: landfall migrate)')
    : failed('ledger', `not there, and ${role} may not make it`, 'let the owner of the database run: landfall migrate');
}

const otherwise = `where the ledger is somebody else's work: drop schema if exists landfall, landfall_staging cascade; and then: landfall migrate`;

function foreignCheck({ what, fix }: LedgerFault): Check {
  const said = `not as its owner makes it, and so not used: ${printable(what)}`;
  if (fix !== null) return failed('ledger', said, `let its owner or a superuser run:\n${sqlQuoted(fix)}\n${otherwise}`);
  if (!/ belongs to /.test(what)) return failed('ledger', said, `find out who made that. Then, ${otherwise}`);
  return failed(
    'ledger',
    said,
    `where that role is meant to own the ledger, set LANDFALL_LEDGER_OWNER to its name (of a stack landfall:ledgerOwner);\n${otherwise}`,
  );
}

/** Whoever can become the owner can do what the owner can: put code into the ledger, while loads use it. */
function ownerCheck({ owner, others }: LedgerOwnerFacts): Check {
  if (others.length === 0) return passed('ledger owner', printable(owner));
  return noted(
    'ledger owner',
    `${printable(owner)}, and ${printable(others.join(', '))} can become it: what they put into the ledger runs with the rights of whoever loads`,
    `where that is not meant:\n${others.map((other) => `revoke ${sqlIdent(owner)} from ${sqlIdent(other)};`).join('\n')}`,
  );
}

function versionChecks(applied: readonly string[], shape: readonly LedgerFault[]): readonly Check[] {
  const { missing, unknown } = comparedMigrations(applied);
  if (unknown.length > 0)
    return [failed('ledger', `newer than this version: it has ${unknown.join(', ')}`, 'use the newer landfall')];
  if (missing.length > 0)
    return [
      failed(
        'ledger',
        `older than this version: it lacks ${missing.join(', ')}`,
        'landfall migrate (of a stack: invoke its migrate function)',
      ),
    ];
  if (shape.length > 0) return shape.map(foreignCheck);
  return [passed('ledger', `at ${applied.at(-1)}, as this version`)];
}
