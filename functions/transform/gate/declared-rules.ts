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

/** Rules of the dataset over the whole load that do not hold and refuse it. */
export function rulesOfLoad({ ofLoad }: GateView): readonly Cause[] {
  return ofLoad
    .filter(({ severity }) => severity === 'refuse')
    .map(({ message, kind }) => ({ code: 'RULE_BROKEN', message: `${message}: the target is untouched`, kind }));
}

function named({ code, column, rule }: { code: string; column: string | null; rule: string | null }): string {
  if (rule !== null) return `the rule ${rule} of the dataset`;
  return column === null ? code : `${code} of ${column}`;
}
