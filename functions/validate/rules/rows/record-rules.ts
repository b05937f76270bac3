import type { CheckRule } from '../../../core/contract.ts';
import type { RecordRule } from '../../../core/rules/sql-rules.ts';
import type { Rule } from '../rule.ts';
import { type CheckFunctions, type OperandOf, rulesOfChecks, shortened } from './row-rules.ts';

/** Predicates of the dataset whose columns the file fills all, judged as CHECKs are. */
export function recordRules(
  declared: readonly RecordRule[],
  functions: CheckFunctions,
  operandOf: OperandOf,
): readonly Rule[] {
  return rulesOfChecks(declared.map(asCheck), functions, operandOf, ({ name }) => {
    const { words, sql: predicate = '', severity } = declared.find((rule) => rule.name === name) ?? {};
    return {
      code: 'RECORD_RULE',
      name,
      after: ` breaks the rule ${name}: ${words ?? shortened(predicate)}`,
      ...(severity === 'refuse' && { refuses: true as const }),
    };
  });
}

/** As a function is made of it; a comment at its end hides nothing. */
export function asCheck({ name, sql: expression, columns }: RecordRule): CheckRule {
  return { name, expression: `(${expression}\n)`, columns };
}
