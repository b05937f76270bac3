import { createHash } from 'node:crypto';
import type { Contract } from './contract.ts';
import { UTC } from './time-zone.ts';

/**
 * Of what the contract demands: equal for the same dataset over the same shape of table, also in another database, so the
 * table's oid and fingerprint are left out, and what concerns other users of the table alone (traffic), and whether a person is asked (hold), and UTC, which contracts of an earlier version do not name. sha256 in hex over JSON with sorted keys.
 */
export function contractHash(contract: Contract): string {
  const { fingerprint: _fingerprint, traffic: _traffic, hold: _hold, target, timeZone, ...demands } = contract;
  const shape = {
    ...demands,
    ...(timeZone !== UTC && { timeZone }),
    target: { schema: target.schema, table: target.table },
  };
  return hashOf(shape);
}

/**
 * Of all that a contract says, the very table included. Each execution has that of the contract that it compiled from the
 * catalogue itself, in its own state, where nobody who may write the ledger can reach it: a contract of the ledger becomes SQL
 * only where it has the same. sha256 in hex.
 */
export function sealOf(contract: Contract): string {
  const { fingerprint, target, traffic, hold } = contract;
  return hashOf({ hash: contractHash(contract), fingerprint, oid: target.oid, traffic, hold });
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
}
