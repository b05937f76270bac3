import { argumentOf, conflictRules } from '../conflict/all.ts';
import type { ColumnStatistics } from './columns/column-statistics.ts';

const names = /^(?:(?:last_?)?(?:updated|modified|changed)(?:_?(?:at|on|date|time|ts))?|(?:row_?)?version|revision)$/;
const ordered = new Set(['integer', 'bigint', 'date', 'timestamp', 'timestamptz']);

/** A column that says which of two rows of one key is newer, and the conflict rule that asks for it; null: none is called so and has a value in each record. */
export function versionRule(
  fills: readonly (string | null)[],
  statistics: readonly ColumnStatistics[],
  key: readonly string[],
): { readonly column: string; readonly conflict: Readonly<Record<string, string>> } | null {
  const rule = conflictRules.find((each) => argumentOf(each) !== null);
  const setting = rule === undefined ? null : argumentOf(rule);
  if (rule === undefined || setting === null) return null;
  const column = fills.find((name, i) => {
    const seen = statistics[i];
    if (name === null || seen === undefined || key.includes(name) || !names.test(name.toLowerCase())) return false;
    return seen.filled > 0 && seen.filled === seen.records && ordered.has(seen.kinds[0] ?? '');
  });
  return column === undefined || column === null
    ? null
    : { column, conflict: { rule: rule.words[0], [setting]: column } };
}
