import { cronProblems } from './cron-fields.ts';
import { showText } from '../../words/did-you-mean.ts';

/**
 * What is wrong with `rate(...)` or `cron(...)` as EventBridge Scheduler takes them, a sentence each; empty where nothing
 * is. It is stricter than the service only where the two ways of reading an expression differ.
 */
export function expressionProblems(expression: string): readonly string[] {
  const [, kind = '', inside = ''] = /^([a-z]+)\((.*)\)$/su.exec(expression) ?? [];
  switch (kind) {
    case 'rate':
      return rateProblems(inside);
    case 'cron':
      return cronProblems(inside);
    case 'at':
      return ['at(...) comes once and is no schedule: write rate(...) or cron(...)'];
    default:
      return [`must be rate(1 day) or cron(0 2 * * ? *), not ${showText(expression)}`];
  }
}

/** `1 day`, `15 minutes`: a whole number and a unit, which is singular for 1 only. */
function rateProblems(inside: string): readonly string[] {
  const [, count = '', unit = ''] = /^(\d+) (minute|hour|day)s?$/u.exec(inside) ?? [];
  if (unit === '') {
    return [`rate(${inside}) must hold a whole number and minutes, hours or days, like rate(15 minutes)`];
  }
  if (Number(count) === 0) return [`rate(${inside}) must be at least rate(1 ${unit})`];
  const right = `${Number(count)} ${unit}${Number(count) === 1 ? '' : 's'}`;
  return inside === right ? [] : [`rate(${inside}) must be written rate(${right})`];
}
