import { printable } from '../../core/printable.ts';
import type { LoadReport } from '../../protocol/outcomes.ts';
import { count, plural } from '../quantities.ts';

/** Rules that only warn, the five that most records broke; report.json has all. */
export function warningLines({ warnings = [], loadWarnings = [] }: LoadReport): readonly string[] {
  const lines = warnings.slice(0, 5).map(({ code, column, rule, records, places: [first] }) => {
    const what =
      rule === null ? `${code}${column === null ? '' : ` of ${printable(column)}`}` : `the rule ${printable(rule)}`;
    const where =
      first === undefined
        ? ''
        : `, e.g. ${first.line === null ? `record ${count(first.record)}` : `line ${count(first.line)}`}`;
    return `  warned      ${plural(records, 'record')} of ${what}, merged all the same${where}`;
  });
  const more =
    warnings.length > 5 ? [`  warned      and of ${plural(warnings.length - 5, 'more rule')}: report.json`] : [];
  return [...lines, ...more, ...loadWarnings.map(({ message }) => `  warned      ${printable(message)}`)];
}
