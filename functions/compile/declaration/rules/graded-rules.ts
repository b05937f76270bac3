import type { ContractColumn } from '../../../core/contract.ts';
import type { ColumnRules } from '../../../core/rules/column-rules.ts';
import type { Severity } from '../../../core/rules/severity.ts';
import type { DeclaredColumnRules } from './column-rules-shape.ts';

/** The rules of a column as its contract has them, by what becomes of a record that breaks one. */
export function gradedRules(declared: DeclaredColumnRules | undefined): Pick<ContractColumn, 'rules' | 'graded'> {
  if (declared === undefined) return { rules: {} };
  const warn = rulesOf(declared, 'warn');
  const refuse = rulesOf(declared, 'refuse');
  const graded = {
    ...(Object.keys(warn).length > 0 && { warn }),
    ...(Object.keys(refuse).length > 0 && { refuse }),
  };
  return { rules: rulesOf(declared, 'reject'), ...(Object.keys(graded).length > 0 && { graded }) };
}

/** What the declaration says without its severities. */
export function ungraded({ severity: _severity, lookup, ...rules }: DeclaredColumnRules): ColumnRules {
  // a list is read before a contract is compiled (contract/lookups.ts)
  return { ...rules, ...(lookup !== undefined && !('list' in lookup) && { lookup }) };
}

function rulesOf(declared: DeclaredColumnRules, severity: Severity): ColumnRules {
  const { severity: wished = 'reject' } = declared;
  const own = (rule: string): Severity =>
    typeof wished === 'string' ? wished : ((wished as Readonly<Record<string, Severity>>)[rule] ?? 'reject');
  return Object.fromEntries(Object.entries(ungraded(declared)).filter(([rule]) => own(rule) === severity));
}
