import { ownerIsAlive } from '../../../functions/runtime/owner.ts';
import type { Verb } from '../context.ts';
import { withoutPassword } from '../database-url.ts';
import { exitCode } from '../exit-codes.ts';
import { type LeaseLine, type LoadLine, readLeases, readNewestLoads } from '../ledger-reads.ts';
import { lookIntoLedger } from '../ledger-session.ts';
import { shortName } from '../object-name.ts';
import { UsageError } from '../usage.ts';
import { columns, count } from '../words.ts';

export const verb: Verb = {
  form: 'usage: landfall status [--json] [--database-url URL]',
  help: `Shows running loads, which load holds which table, and the last ten loads. Starts nothing and changes nothing.

  --json               one JSON object: { database, loads, leases }
  --database-url URL   else DATABASE_URL, else the embedded server`,
  options: { json: { type: 'boolean' }, 'database-url': { type: 'string' } },
  async run({ values, flags, positionals }, context) {
    if (positionals.length > 0) throw new UsageError([`status takes no arguments, not "${positionals.join(' ')}"`]);
    const found = await lookIntoLedger(values['database-url'], context, async (db, { url }) => ({
      database: withoutPassword(url),
      loads: await readNewestLoads(db, 10),
      leases: await readLeases(db),
    }));
    const status = found ?? { database: null, loads: [], leases: [] };
    if (flags.has('json'))
      context.out(
        `${JSON.stringify({ ...status, loads: status.loads.map(loadJson), leases: status.leases.map(leaseJson) })}\n`,
      );
    else if (found !== null)
      context.out(`database  ${found.database}\n\n${loadTable(found, context.typedIn)}${leaseTable(found.leases)}`);
    return exitCode.done;
  },
};

function loadJson(load: LoadLine): object {
  const { load_id: loadId, dataset, target, bucket, key, outcome, code, records, rejected, inserted, updated } = load;
  const times = { startedAt: load.started_at.toISOString(), endedAt: load.ended_at?.toISOString() ?? null };
  return { loadId, dataset, target, bucket, key, outcome, code, records, rejected, inserted, updated, ...times };
}

function leaseJson({ target, load_id: loadId, owner, expires_at: expiresAt }: LeaseLine): object {
  return { target, loadId, owner, expiresAt: expiresAt.toISOString() };
}

function loadTable(
  { loads, leases }: { loads: readonly LoadLine[]; leases: readonly LeaseLine[] },
  folder: string,
): string {
  if (loads.length === 0) return 'no loads yet\n';
  const head = ['load', 'outcome', 'dataset', 'records', 'rejected', 'inserted', 'updated', 'started', 'object'];
  const rows = loads.map((load) => [
    String(load.load_id),
    load.outcome ??
      (leases.some((lease) => lease.load_id === load.load_id && isHeld(lease)) ? 'running' : 'unfinished'),
    load.dataset,
    count(load.records),
    count(load.rejected),
    count(load.inserted),
    count(load.updated),
    `${load.started_at.toISOString().slice(0, 19)}Z`,
    shortName(load, folder),
  ]);
  return columns([head, ...rows], [0, 3, 4, 5, 6]);
}

function leaseTable(leases: readonly LeaseLine[]): string {
  if (leases.length === 0) return '';
  const rows = leases.map((lease) => [lease.target, `load ${lease.load_id}`, holder(lease)]);
  return `\ntables in use\n${columns(rows)}`;
}

/** Its command lives, or nobody can tell and its time is not over. */
function isHeld({ owner, expires_at: expiresAt }: LeaseLine): boolean {
  return owner === null ? expiresAt > new Date() : ownerIsAlive(owner);
}

function holder({ owner, expires_at: expiresAt }: LeaseLine): string {
  if (owner === null) return `until ${expiresAt.toISOString().slice(0, 19)}Z`;
  if (!ownerIsAlive(owner))
    return `process ${owner.pid} on ${owner.host}, which is gone: the next load takes over at once`;
  return `process ${owner.pid} on ${owner.host}`;
}
