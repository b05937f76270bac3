import { createHash } from 'node:crypto';
import type { SqlRules } from '../compile/declaration/schema.ts';
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

/** What a request has of typed rules, so that nobody goes on with its load without them: sha256 in hex. */
export function typedRulesHash(rules: string): string {
  return createHash('sha256').update(rules).digest('hex');
}

/**
 * The typed rules that a request was made with: of this command, or as this machine keeps what was typed before.
 * @throws LoadRejected RULE where this process was typed other ones, or none, and the machine has none of that hash
 */
export function typedRulesOf(wanted: string | undefined, { rules, kept }: TypedSql): SqlRules {
  if (wanted === undefined) return {};
  const typed = rules !== null && typedRulesHash(rules) === wanted ? rules : (kept?.(wanted) ?? null);
  if (typed !== null && typedRulesHash(typed) === wanted) return JSON.parse(typed) as SqlRules;
  throw new LoadRejected(
    loadCodes.RULE,
    'the load was asked for with SQL (--record-rule, --load-rule, --derive), which only the machine keeps where it was typed, in its .landfall folder, and this process found none that is the same: go on there, type the same `landfall load` again, or declare the rules in a dataset',
  );
}
