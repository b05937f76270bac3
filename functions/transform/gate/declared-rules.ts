import { plural } from '../../words/quantities.ts';
import type { Cause, GateView } from './cause.ts';

/** Records that broke a rule of the dataset whose severity is refuse. */
export function declaredRules({ refused }: GateView): readonly Cause[] {
  return refused.map(({ code, column, rule, records, firstLine }) => ({
    code: 'RULE_BROKEN',
    message: `${plural(records, 'record')} ${records === 1 ? 'breaks' : 'break'} ${named({ code, column, rule })}, which refuses the load${firstLine === null ? '' : `; the first is at line ${firstLine}`}`,
    kind: 'contradiction',
    ofRejects: true,
  }));
}

function named({ code, column, rule }: { code: string; column: string | null; rule: string | null }): string {
  if (rule !== null) return `the rule ${rule} of the dataset`;
  return column === null ? code : `${code} of ${column}`;
}
