import type { ConflictRule } from '../../conflict/rule.ts';
import { loadCodes, type LoadCode } from '../../protocol/load-codes.ts';
import { LoadRejected } from '../../protocol/errors.ts';
import { printable } from '../../core/printable.ts';
import { sqlIdent } from '../../core/typed-again.ts';
import { STAGING_SCHEMA } from '../../core/staging.ts';
import type { Catalogue } from './catalogue.ts';
import { shownTarget } from '../../core/target-name.ts';

/** What the rule wants of table and role, and whether it deletes rows. */
type Demands = ConflictRule['demands'] & { readonly deletes: boolean };

/** Refuses targets that cannot be loaded, with the reason and what to do; the first reason that holds. */
export function requireLoadableTable(catalogue: Catalogue, demands: Demands): void {
  for (const refusal of refusals) {
    const refused = refusal(catalogue, demands);
    if (refused !== null) throw new LoadRejected(refused.code, refused.message);
  }
}

interface Refusal {
  readonly code: LoadCode;
  readonly message: string;
}

const kinds: Readonly<Record<string, string>> = {
  v: 'a view',
  m: 'a materialized view',
  f: 'a foreign table',
  S: 'a sequence',
  i: 'an index',
  I: 'an index',
  c: 'a composite type',
  t: 'a TOAST table',
};

function notATable(catalogue: Catalogue): Refusal | null {
  if (catalogue.kind === 'r' || catalogue.kind === 'p') return null;
  const message =
    `${shownTarget(catalogue)} is ${kinds[catalogue.kind] ?? `a relation of kind ${catalogue.kind}`}, not a table. ` +
    `Rows are merged into a table that has a unique index: name ${'vm'.includes(catalogue.kind) ? 'the table behind it' : 'a table'}.`;
  return { code: loadCodes.NOT_A_TABLE, message };
}

function notOurs(catalogue: Catalogue): Refusal | null {
  const isServers = /^pg_|^information_schema$/u.test(catalogue.schema) && catalogue.persistence !== 't';
  if (!isServers && catalogue.schema !== 'landfall' && catalogue.schema !== STAGING_SCHEMA) return null;
  const message =
    `${shownTarget(catalogue)} belongs to ${isServers ? 'PostgreSQL' : 'Landfall'} itself: rows loaded into it would change how it works. ` +
    `Load a table of your own.`;
  return { code: loadCodes.UNSUPPORTED_TABLE, message };
}

function notDurable(catalogue: Catalogue): Refusal | null {
  const name = shownTarget(catalogue);
  if (catalogue.persistence === 't') {
    const message = `${name} is a temporary table, which only its own session sees and which ends with it. Load an ordinary table.`;
    return { code: loadCodes.NOT_DURABLE, message };
  }
  if (catalogue.persistence !== 'u') return null;
  const message =
    `${name} is UNLOGGED: a crash of the server empties it, while the ledger still says that its files are loaded. ` +
    `Run: alter table ${sqlIdent(catalogue.schema, catalogue.table)} set logged;`;
  return { code: loadCodes.NOT_DURABLE, message };
}

function rowSecurity(catalogue: Catalogue): Refusal | null {
  if (!catalogue.rowSecurity) return null;
  const message =
    `${shownTarget(catalogue)} has row-level security enabled: policies could hide rows from the comparison with the file, ` +
    `and then known rows would be taken for new ones. Load a table without policies and move the rows on from there, ` +
    `or run: alter table ${sqlIdent(catalogue.schema, catalogue.table)} disable row level security;`;
  return { code: loadCodes.ROW_SECURITY, message };
}

function missingPrivilege(catalogue: Catalogue, demands: Demands): Refusal | null {
  const missing = [
    ...(catalogue.canSelect ? [] : ['select']),
    ...(catalogue.canInsert || !demands.insert ? [] : ['insert']),
    ...(catalogue.canUpdate || !demands.update ? [] : ['update']),
    ...(catalogue.canDelete || !demands.deletes ? [] : ['delete']),
  ];
  const role = sqlIdent(catalogue.role);
  const grants = [
    ...(catalogue.schemaUsage ? [] : [`grant usage on schema ${sqlIdent(catalogue.schema)} to ${role};`]),
    ...(missing.length === 0
      ? []
      : [`grant ${missing.join(', ')} on ${sqlIdent(catalogue.schema, catalogue.table)} to ${role};`]),
  ];
  if (grants.length === 0) return null;
  const lacks = [...(catalogue.schemaUsage ? [] : ['usage of its schema']), ...missing].join(', ');
  const message = `The role ${printable(catalogue.role)} lacks ${lacks} on ${shownTarget(catalogue)}. As its owner run: ${grants.join(' ')}`;
  return { code: loadCodes.NO_PRIVILEGE, message };
}

function hasRules(catalogue: Catalogue): Refusal | null {
  if (catalogue.rules.length === 0) return null;
  const message =
    `${shownTarget(catalogue)} has rewrite rules (${printable(catalogue.rules.join(', '))}): they could swallow or redirect rows that were ` +
    `counted as stored, and INSERT ... ON CONFLICT refuses such tables. Drop them (DROP RULE), or put a trigger in their place.`;
  return { code: loadCodes.UNSUPPORTED_TABLE, message };
}

function hasChildTables(catalogue: Catalogue): Refusal | null {
  if (catalogue.childTables.length === 0) return null;
  const message =
    `${shownTarget(catalogue)} has child tables by inheritance (${printable(catalogue.childTables.slice(0, 5).join(', '))}): no unique index ` +
    `covers their rows, so one key could be stored twice. Load a child directly, or use declarative partitioning.`;
  return { code: loadCodes.UNSUPPORTED_TABLE, message };
}

function unreadableParent(catalogue: Catalogue): Refusal | null {
  const hidden = catalogue.foreignKeys.find(({ parentReadable }) => !parentReadable);
  if (hidden === undefined) return null;
  const parent = sqlIdent(hidden.parentSchema, hidden.parentTable);
  const role = sqlIdent(catalogue.role);
  const message =
    `The foreign key ${printable(hidden.name)} of ${shownTarget(catalogue)} points to ${printable(`${hidden.parentSchema}.${hidden.parentTable}`)}, whose rows the role ` +
    `${printable(catalogue.role)} may not all read, so references cannot be checked. As its owner run: ` +
    `grant usage on schema ${sqlIdent(hidden.parentSchema)} to ${role}; grant select on ${parent} to ${role}; ` +
    `and, if row-level security is enabled there, let a policy show the role every row.`;
  return { code: loadCodes.NO_PRIVILEGE, message };
}

function noReplicaIdentity(catalogue: Catalogue, demands: Demands): Refusal | null {
  if (!catalogue.lacksReplicaIdentity || !demands.update) return null;
  const message =
    `${shownTarget(catalogue)} is in a publication that publishes updates, but has no replica identity, so PostgreSQL refuses ` +
    `every UPDATE of it. Give it a primary key, or run: ` +
    `alter table ${sqlIdent(catalogue.schema, catalogue.table)} replica identity full;` +
    (catalogue.kind === 'p' ? ' and the same for each of its partitions, which do not take it over.' : '');
  return { code: loadCodes.UNSUPPORTED_TABLE, message };
}

function unfitPublication(catalogue: Catalogue, demands: Demands): Refusal | null {
  const unfit = (catalogue.unfitPublications ?? []).find(
    ({ updates, deletes }) => (updates && demands.update) || (deletes && demands.deletes),
  );
  if (unfit === undefined) return null;
  const table = sqlIdent(catalogue.schema, catalogue.table);
  const publication = sqlIdent(unfit.name);
  const [why, way] =
    unfit.lacks.length > 0
      ? [
          `publishes a list of columns without ${printable(unfit.lacks.join(', '))}, by which rows are identified`,
          `alter publication ${publication} drop table ${table}; alter publication ${publication} add table ${table}; which publishes all of its columns`,
        ]
      : [
          `filters rows by ${printable(unfit.filtersBy.join(', '))}, which is not in the replica identity`,
          `alter table ${table} replica identity full;`,
        ];
  const message = `The publication ${printable(unfit.name)} of ${shownTarget(catalogue)} ${why}, so PostgreSQL refuses every UPDATE and DELETE of the table that it publishes. Run: ${way}`;
  return { code: loadCodes.UNSUPPORTED_TABLE, message };
}

const refusals = [
  notATable,
  notOurs,
  notDurable,
  missingPrivilege,
  rowSecurity,
  hasRules,
  hasChildTables,
  noReplicaIdentity,
  unfitPublication,
  unreadableParent,
] as const;
