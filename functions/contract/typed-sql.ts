import { createHash } from 'node:crypto';
import type { SqlRules } from '../compile/declaration/schema.ts';
import { parsedJson } from '../core/parsed-json.ts';
import { LoadRejected } from '../protocol/errors.ts';
import { loadCodes } from '../protocol/load-codes.ts';

/** SQL that somebody typed to the command whose process this is, or to an earlier one of this machine; kept in no request and not in the ledger. */
export interface TypedSql {
  readonly throttleQuery: string | null;
  /** JSON of SqlRules, as it was typed; null: none. */
  readonly rules: string | null;
  /** What was typed earlier and has this hash, as the machine keeps it (docs/adr/0050); null: nothing has. Absent: nothing is kept. */
  readonly kept?: (hash: string) => string | null;
}

/** None was typed. */
export const noTypedSql: TypedSql = { throttleQuery: null, rules: null };

/** What a request has of typed SQL, so that nobody goes on with its load without it: sha256 in hex of a text that is kept. */
export function typedSqlHash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The statement of --throttle-query as it is kept: JSON, so that it is never taken for rules, nor they for it. */
export function keptThrottle(statement: string): string {
  return JSON.stringify({ throttleQuery: statement });
}

/**
 * The typed rules that a request was made with: of this command, or as this machine keeps what was typed before.
 * @throws LoadRejected RULE where this process was typed other ones, or none, and the machine has none of that hash
 */
export function typedRulesOf(wanted: string | undefined, { rules, kept }: TypedSql): SqlRules {
  if (wanted === undefined) return {};
  const typed = rules !== null && typedSqlHash(rules) === wanted ? rules : keptAs(wanted, kept);
  const read = typed === null ? null : parsedJson(typed);
  if (isObject(read) && !('throttleQuery' in read)) return read;
  throw new LoadRejected(
    loadCodes.RULE,
    'the load was asked for with SQL (--record-rule, --load-rule, --derive), which only the machine keeps where it was typed, in its .landfall folder, and this process found none that is the same: go on there, type the same `landfall load` again, or declare the rules in a dataset',
  );
}

/**
 * The statement that stops the merge of a request's load: of this command, whichever load it goes on with, else as this machine keeps
 * what the load was asked for with; null: none.
 * @throws LoadRejected RULE where the load has one and the machine does not: others who use the target would go unasked
 */
export function typedThrottleOf(wanted: string | undefined, { throttleQuery, kept }: TypedSql): string | null {
  if (throttleQuery !== null || wanted === undefined) return throttleQuery;
  const typed = keptAs(wanted, kept);
  const read = typed === null ? null : parsedJson(typed);
  if (isObject(read) && typeof read.throttleQuery === 'string') return read.throttleQuery;
  throw new LoadRejected(
    loadCodes.RULE,
    'the load was asked for with --throttle-query, which only the machine keeps where it was typed, in its .landfall folder, and this process found none that is the same; it is not merged unthrottled: go on there, or type `landfall load` of the same file again, with the statement that holds now or without one',
  );
}

/** Whoever writes that folder is this person, and what is read there has to have the hash all the same. */
function keptAs(wanted: string, kept: TypedSql['kept']): string | null {
  const text = kept?.(wanted) ?? null;
  return text !== null && typedSqlHash(text) === wanted ? text : null;
}

function isObject(read: unknown): read is SqlRules & { readonly throttleQuery?: unknown } {
  return typeof read === 'object' && read !== null && !Array.isArray(read);
}
