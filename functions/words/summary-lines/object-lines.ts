import type { LoadReport } from '../../protocol/outcomes.ts';
import { count, plural } from '../quantities.ts';

/** Of a load of several objects: how many, and how many of them were left out since they had been loaded before. */
export function objectLines({ objects = [], outcome }: LoadReport): readonly string[] {
  if (objects.length === 0 || outcome === 'ALREADY_LOADED') return [];
  const before = objects.filter(({ loadedBy }) => loadedBy !== undefined);
  if (before.length === 0) return [`  together    ${plural(objects.length, 'object')}`];
  const loads = [...new Set(before.map(({ loadedBy }) => loadedBy))].toSorted((a = 0, b = 0) => a - b);
  const shown = loads.slice(0, 3).join(', ');
  const more = loads.length > 3 ? ` and ${loads.length - 3} more` : '';
  const mine = plural(objects.length - before.length, 'object');
  return [`  together    ${mine}; ${count(before.length)} more had been loaded before (load ${shown}${more})`];
}
