import { literal } from '../../core/sql.ts';
import { HIDDEN } from '../../ledger/rejects/shown-text.ts';
import type { Operand, Rule } from './rule.ts';

/** An operand as reasons may show it. */
export function hiding<Shown extends Operand>(operand: Shown): Shown {
  return operand.column.sensitive === true ? { ...operand, text: literal(HIDDEN) } : operand;
}

/** A rule of one column as reasons may tell of it: of a sensitive one without its value, and without words that may quote it. */
export function hidingValue(rule: Rule, operands: readonly Operand[]): Rule {
  const isSensitive = operands.some(({ column }) => column.name === rule.column && column.sensitive === true);
  if (!isSensitive) return rule;
  const { detail: _detail, said: _said, ...told } = rule;
  return { ...told, value: rule.value === null ? null : literal(HIDDEN) };
}

/** Whether an error that one of the records raised may quote a sensitive value. */
export function mayQuoteHidden(operands: readonly Operand[]): boolean {
  return operands.some(({ column }) => column.sensitive === true);
}
