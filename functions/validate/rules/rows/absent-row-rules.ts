import { areEqual } from '../../../core/comparison.ts';
import { ruleOf } from '../../../conflict/all.ts';
import { isCovered } from '../../../core/arbiter/covered.ts';
import type { Contract } from '../../../core/contract.ts';
import { ident, join, type Sql, sql, trustedSql } from '../../../core/sql.ts';
import { castToTarget, type JoinedForeignKey, type OperandOf, together, whereCastable } from './row-rules.ts';

/**
 * Of records that break another rule: whether the conflict rule refuses them as well, since the table has no row of their key. All
 * others are asked by Transform, by one join of the whole load.
 */
export function absentRowRules(contract: Contract, operandOf: OperandOf): readonly JoinedForeignKey[] {
  const { demands, classify } = ruleOf(contract);
  const operands = contract.businessKey.flatMap((name) => operandOf(name) ?? []);
  const [refusal] = classify.refusals(contract);
  if (demands.insert || refusal === undefined || operands.length < contract.businessKey.length) return [];
  const { schema, table } = contract.target;
  const same = operands.map(({ column, ...operand }) => {
    const value = castToTarget({ ...operand, column, collation: collationOf(column.collation) });
    return areEqual(column, sql`row.${ident(column.name)}`, value);
  });
  const isRow = join([...same, isCovered(contract, sql`row`) ?? []].flat(), ' and ');
  const isWhole = join(
    operands.map(({ value }) => sql`(${value} is not null)`),
    ' and ',
  );
  const [only] = operands;
  return [
    {
      join: sql``,
      rule: {
        code: refusal.code,
        column: operands.length === 1 ? (only?.column.name ?? null) : null,
        breach: whereCastable(
          operands,
          sql`(case when ${isWhole} then not exists (select from ${ident(schema, table)} as row where ${isRow}) else false end)`,
        ),
        bareBreach: sql`false`,
        value: together(operands),
        before: `${contract.businessKey.join(', ')}: `,
        after: ` ${refusal.words(contract)}`,
      },
    },
  ];
}

function collationOf(collation: string | null): Sql | null {
  return collation === null ? null : trustedSql(collation);
}
