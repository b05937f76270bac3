import type { LoadReport } from '../../protocol/outcomes.ts';
import type { View } from '../view.ts';
import { count, plural } from '../quantities.ts';

/** Of a load of several objects: how many, and how many of them were left out since they had been loaded before. */
export function objectLines({ objects = [], outcome }: LoadReport, { command }: View): readonly string[] {
  if (objects.length === 0 || outcome === 'ALREADY_LOADED') return [];
  const left = objects.filter(({ loadedBy }) => loadedBy !== undefined);
  const stopped = left.filter((object) => object.outcome === 'FAILED');
  const before = left.filter((object) => object.outcome !== 'FAILED');
  return [...togetherLines(objects.length - left.length, before), ...stoppedLines(stopped, command)];
}

type Objects = NonNullable<LoadReport['objects']>;

/** Loads that have to go on for them. */
function stoppedLines(objects: Objects, command: View['command']): readonly string[] {
  const loads = [...new Set(objects.map(({ loadedBy }) => loadedBy))].toSorted((a = 0, b = 0) => a - b);
  return loads.map((loadId) => {
    const theirs = plural(objects.filter(({ loadedBy }) => loadedBy === loadId).length, 'object');
    return `              ${theirs} left to load ${loadId}, which stopped on its way into the table: ${command(`retry ${loadId ?? ''}`)} lets it go on`;
  });
}

function togetherLines(own: number, before: Objects): readonly string[] {
  if (before.length === 0) return [`  together    ${plural(own, 'object')}`];
  const loads = [...new Set(before.map(({ loadedBy }) => loadedBy))].toSorted((a = 0, b = 0) => a - b);
  const shown = loads.slice(0, 3).join(', ');
  const more = loads.length > 3 ? ` and ${loads.length - 3} more` : '';
  return [
    `  together    ${plural(own, 'object')}; ${count(before.length)} more had been loaded before (load ${shown}${more})`,
  ];
}
