import { z } from 'zod';
import { ruleOf } from '../../conflict/all.ts';
import { sqlIdent, sqlQuoted } from '../../core/typed-again.ts';
import { parseTargetName, showTarget } from '../../core/target-name.ts';
import { hasMaintain, majorOf, triedVersions, whyUnfit } from '../../db/server/fit-server.ts';
import { letWrite } from '../../db/server/read-only.ts';
import { many, one, type Db } from '../../db/client.ts';
import { isServedBy } from '../../db/session/served.ts';
import { checkSchema, failed, noted, passed, showChecks, type Check } from '../checks/checks.ts';
import type { OperateDeps } from '../deps.ts';
import { selectServerFacts, selectTargets, type ServerFacts, type TargetFacts } from '../checks/doctor-sql.ts';
import { indexChecks } from '../checks/index-checks.ts';
import { ledgerChecks } from '../checks/ledger-checks.ts';
import { patternChecks } from '../checks/pattern-checks.ts';
import { signalChecks } from '../checks/signal-checks.ts';
import { trustChecks } from '../checks/trust-checks.ts';
import { defineVerb } from '../verb.ts';

/** A load takes up to ten connections: four slices and two lanes at a time, and what asks how far they are. */
const connectionsOfALoad = 10;
/** 15 min: a Lambda's, and so a transaction's, longest time. */
const longestTransactionMs = 900_000;

/** The database as loads need it: server, settings, ledger, rights. */
export const doctor = defineVerb({
  name: 'doctor',
  changes: false,
  input: z.strictObject({
    /** Tables beside those of the declared datasets. */
    targets: z.array(z.string().refine((name) => parseTargetName(name) !== null, 'is not SCHEMA.TABLE')).default([]),
  }),
  output: z.strictObject({ checks: z.array(checkSchema) }),
  async run({ targets }, deps) {
    const server = await one<ServerFacts>(deps.db, selectServerFacts());
    const checks = [...serverChecks(server), ...pooler(server, deps.db), ...settingChecks(server)];
    if (majorOf(server.version) < triedVersions.oldest) return { checks };
    const wanted = wantedTargets(targets, deps.datasets);
    const targetChecks = await checkTargets(wanted, server, deps);
    const trust = await trustChecks(deps.db, wanted, server.role);
    const ofLedger = await ledgerChecks(server, deps);
    const signals = server.recovering ? [] : await signalChecks(deps.db);
    const isCurrent = ofLedger.some(({ check, state }) => check === 'ledger' && state === 'ok');
    const ofIndexes = await indexChecks(deps.db, { wanted, role: server.role, isCurrent });
    const ofTargets = [...targetChecks, ...ofIndexes, ...trust, ...signals];
    return { checks: [...checks, ...ofLedger, ...ofTargets, ...patternChecks(deps.datasets)] };
  },
  show: ({ checks }) => showChecks(checks),
});

function serverChecks(server: ServerFacts): readonly Check[] {
  const { version, recovering, readonly, encrypted, local } = server;
  return [
    passed('connection', `${server.role} to the database ${server.database}`),
    encryption(encrypted, local),
    versionCheck(version),
    recovering
      ? failed('primary', 'a standby, which takes no writes', 'name the primary server')
      : passed('primary', 'takes writes'),
    ...(readonly
      ? [failed('read-only', 'default_transaction_read_only is on', letWrite(server.role, server.database))]
      : []),
  ];
}

/** Loads refuse what is named here by the same rule (db/server/fit-server.ts); the encoding has a check of its own. */
function versionCheck(version: string): Check {
  const unfit = whyUnfit({ version, encoding: 'UTF8' }, null);
  return unfit === null ? passed('version', `PostgreSQL ${version}`) : failed('version', unfit.what, unfit.remedy);
}

function encryption(encrypted: boolean, local: boolean): Check {
  if (encrypted) return passed('TLS', 'encrypted, and the certificate was checked');
  if (local) return passed('TLS', 'none, and the connection does not leave the machine');
  return failed(
    'TLS',
    'the connection is not encrypted',
    'put ?sslmode=verify-full into the database URL, with &sslrootcert=/path/ca.pem where this machine does not trust the authority',
  );
}

/**
 * PostgreSQL tells a client the number of its server process; a pooler in transaction mode makes one up. Loads go through such a
 * pooler all the same: nothing of theirs outlives a transaction.
 */
function pooler({ backend }: ServerFacts, db: Db): readonly Check[] {
  if (isServedBy(db, backend)) return [];
  return [
    noted(
      'pooler',
      `a pooler (PgBouncer or the like) is in the way: each statement by itself costs two round trips more, a load waits where fewer than ${connectionsOfALoad} of its connections are free, and the owner's code sees what its sessions were opened with`,
      'nothing, or give Landfall the address of the server itself. Statement mode cannot work: a load needs transactions',
    ),
  ];
}

function settingChecks(server: ServerFacts): readonly Check[] {
  const { encoding, fsync, transaction_timeout_ms: timeoutMs, free_connections: free } = server;
  return [
    encoding === 'UTF8'
      ? passed('encoding', 'UTF8')
      : failed(
          'encoding',
          `the database is ${encoding}`,
          'make the database with encoding UTF8: files are, and not every character fits elsewhere',
        ),
    timeoutMs === 0 || timeoutMs >= longestTransactionMs
      ? passed('transaction_timeout', timeoutMs === 0 ? 'off' : `${timeoutMs / 1_000} s`)
      : failed(
          'transaction_timeout',
          `${timeoutMs / 1_000} s ends the longer statements of a load`,
          `alter role ${sqlIdent(server.role)} set transaction_timeout = 0;`,
        ),
    free >= connectionsOfALoad
      ? passed('connections', `${free} free`)
      : failed(
          'connections',
          `${free} free; a load takes up to ${connectionsOfALoad}`,
          'raise max_connections, or end what holds them',
        ),
    fsync
      ? passed('fsync', 'on')
      : noted(
          'fsync',
          'off: a crash of the server may lose what is committed, also loads',
          'turn it on, unless this is a test',
        ),
  ];
}

interface Wanted {
  readonly schema: string;
  readonly table: string;
  readonly updates: boolean;
  readonly deletes: boolean;
}

async function checkTargets(
  wanted: readonly Wanted[],
  { role, version }: ServerFacts,
  { db }: OperateDeps,
): Promise<readonly Check[]> {
  const facts = await many<TargetFacts>(db, selectTargets(wanted, hasMaintain(majorOf(version))));
  return facts.map((found) => {
    const target = wanted[found.place];
    if (target === undefined) throw new Error('selectTargets answers one row a target');
    return targetCheck(target, found, role);
  });
}

function wantedTargets(named: readonly string[], datasets: OperateDeps['datasets']): readonly Wanted[] {
  const declared = datasets.map((dataset) => {
    const { demands, deletes } = ruleOf(dataset);
    return { name: dataset.table, updates: demands.update, deletes: deletes?.(dataset.conflict) === true };
  });
  const all = [...declared, ...named.map((name) => ({ name, updates: true, deletes: false }))];
  const parsed = all.flatMap(({ name, ...rights }) => {
    const target = parseTargetName(name);
    return target === null ? [] : [{ ...target, ...rights }];
  });
  return [...new Map(parsed.map((target) => [showTarget(target), target])).values()];
}

function targetCheck(target: Wanted, found: TargetFacts, role: string): Check {
  const name = showTarget(target);
  const check = `table ${name}`;
  if (!found.found)
    return noted(check, 'not there: its dataset cannot be loaded yet', `create the table ${sqlQuoted(name)}`);
  const lacking = [
    ...(found.selects ? [] : ['select']),
    ...(found.inserts ? [] : ['insert']),
    ...(found.updates || !target.updates ? [] : ['update']),
    ...(found.deletes || !target.deletes ? [] : ['delete']),
    ...(found.maintains === false ? ['maintain'] : []),
  ];
  const grants = [
    ...(found.uses_schema ? [] : [`grant usage on schema ${sqlIdent(target.schema)} to ${sqlIdent(role)};`]),
    ...(lacking.length === 0 ? [] : [`grant ${lacking.join(', ')} on ${sqlQuoted(name)} to ${sqlIdent(role)};`]),
    ...found.unreadable_parents.map((parent) => `grant select on ${sqlQuoted(parent)} to ${sqlIdent(role)};`),
  ];
  if (grants.length === 0) {
    if (found.analyzes) return passed(check, `${role} may load it`);
    return noted(
      check,
      `${role} may load it; its statistics are taken by autovacuum alone, for ANALYZE after a load asks for its owner before PostgreSQL 17`,
      `nothing, or let its owner run after large loads:\nanalyze ${sqlQuoted(name)};`,
    );
  }
  const parents = found.unreadable_parents.map((parent) => `select on ${parent}, which its foreign key names`);
  const said = [...(found.uses_schema ? [] : ['usage of its schema']), ...lacking, ...parents].join(', ');
  return failed(check, `${role} lacks ${said}`, `let the owner of the table run:\n${grants.join('\n')}`);
}
