import type { Contract } from '../../core/contract.ts';
import { sql } from '../../core/sql.ts';
import { UTC } from '../../core/time-zone.ts';
import type { SliceBase } from '../../ledger/rejects/rejects-sql.ts';
import { gradedRules } from '../rules/graded-rules.ts';
import { asCheck, recordRules } from '../rules/rows/record-rules.ts';
import { lookupRules } from '../rules/rows/lookup-rules.ts';
import { breaksAnyCheck } from '../rules/rows/row-rules.ts';
import { guardedOperands, type Judgement, type TargetFacts } from './judgement.ts';
import type { Relation } from './relations.ts';
import { notRejected } from './warnings-sql.ts';

/** Whether the dataset has rules that only warn. */
export function warns({ columns, recordRules: declared = [] }: Contract): boolean {
  return (
    columns.some(({ graded }) => graded?.warn !== undefined) || declared.some(({ severity }) => severity === 'warn')
  );
}

/** The rules that only warn, asked of the records of this relation that broke no other. */
export function warningsOf(
  relation: Relation,
  contract: Contract,
  { base, facts }: { readonly base: SliceBase; readonly facts: TargetFacts },
): Judgement {
  const { leniencies, timeZone = UTC } = contract;
  const warning = (contract.recordRules ?? []).filter(({ severity }) => severity === 'warn');
  const operandOf = guardedOperands(relation, contract, facts);
  const isAccepted = notRejected(base, relation.recordNo);
  return {
    relation: {
      ...relation,
      from: (only) => relation.from(only === null ? isAccepted : sql`${isAccepted} and (${only})`),
    },
    columnRules: gradedRules(relation.operands, 'warn', {
      moment: { startedAt: facts.startedAt, timeZone },
      leniencies,
    }),
    checks: recordRules(warning, facts.recordRuleFunctions, operandOf),
    anyCheck: breaksAnyCheck(warning.map(asCheck), facts.recordRuleFunctions, operandOf),
    foreignKeys: lookupRules(
      contract.columns.map(({ name, graded }) => ({ column: name, rules: graded?.warn })),
      operandOf,
    ),
  };
}
