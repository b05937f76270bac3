import { ruleOf } from '../conflict/all.ts';
import type { Judged } from '../conflict/rule.ts';
import { keyMatch } from '../core/comparison.ts';
import type { Contract, ContractColumn } from '../core/contract.ts';
import { ident, sql, type Sql } from '../core/sql.ts';

/**
 * FROM of staged records, each as `s` with the row `t` that the conflict rule judges it against.
 * @param those all, with `t` all NULL where there is none; or only those that have one.
 */
export function withJudgedRows(
  contract: Contract,
  filled: readonly ContractColumn[],
  judged: Judged,
  those: 'all' | 'with a row',
): Sql {
  const { schema, table } = contract.target;
  const { joined } = ruleOf(contract).classify;
  if (joined === undefined)
    return sql`(${judged.staged}) as s
      ${those === 'all' ? sql`left ` : sql``}join ${ident(schema, table)} as t on ${keyMatch(contract)}`;
  const all = joined(contract, filled, judged);
  const [key = ''] = contract.businessKey;
  return those === 'all'
    ? all
    : sql`${all}
    where (t.${ident(key)} is not null)`;
}
