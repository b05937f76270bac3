import type { Leniency } from '../../core/contract.ts';
import { requiredRule } from './null-rules.ts';
import { withBlanksHint } from './leniency-hints.ts';
import { datasetRules } from './rows/dataset-rules.ts';
import type { MomentOfLoad } from './rows/moment-rules.ts';
import type { Operand, Rule } from './rule.ts';

/** Rules of columns that refuse the load, or only warn of a record. */
export function gradedRules(
  operands: readonly Operand[],
  severity: 'warn' | 'refuse',
  { moment, leniencies }: { readonly moment: MomentOfLoad; readonly leniencies: readonly Leniency[] },
): readonly Rule[] {
  return operands.flatMap((operand) => {
    const rules = operand.column.graded?.[severity];
    if (rules === undefined) return [];
    const graded = { ...operand, column: { ...operand.column, rules } };
    const found = [
      ...requiredRule(graded),
      ...withBlanksHint((each) => datasetRules(each, moment), graded, leniencies),
    ];
    return severity === 'warn' ? found : found.map((rule) => ({ ...rule, refuses: true as const }));
  });
}
