import { createHash } from 'node:crypto';
import type { SqlRules } from '../compile/declaration/schema.ts';
import { LoadRejected } from '../protocol/errors.ts';
import { loadCodes } from '../protocol/load-codes.ts';

/** SQL that somebody typed to the command whose process this is; kept in no request and not in the ledger. */
export interface TypedSql {
  readonly throttleQuery: string | null;
  /** JSON of SqlRules, as it was typed; null: none. */
  readonly rules: string | null;
}

/** None was typed. */
export const noTypedSql: TypedSql = { throttleQuery: null, rules: null };

/** What a request has of typed rules, so that nobody goes on with its load without them: sha256 in hex. */
export function typedRulesHash(rules: string): string {
  return createHash('sha256').update(rules).digest('hex');
}

/**
 * The typed rules that a request was made with.
 * @throws LoadRejected RULE where this process was typed other ones, or none
 */
export function typedRulesOf(wanted: string | undefined, { rules }: TypedSql): SqlRules {
  if (wanted === undefined) return {};
  if (rules !== null && typedRulesHash(rules) === wanted) return JSON.parse(rules) as SqlRules;
  throw new LoadRejected(
    loadCodes.RULE,
    'the load was asked for with SQL (--record-rule, --load-rule, --derive), which are kept nowhere, and this process was not given the same ones: type the same `landfall load` again, or declare the rules in a dataset',
  );
}
