import type { ContractColumn } from '../../core/contract.ts';

/** Whether NULL would break a rule of the column itself. */
export function mustHaveValue({ notNull, rules }: ContractColumn): boolean {
  return notNull || rules.required === true;
}
