import type { LoadReport } from '../../protocol/outcomes.ts';
import type { View } from '../view.ts';
import { count, oneLine, plural } from '../quantities.ts';

/** Of a load of several objects: how many, and how many of them were left out since they had been loaded before. */
export function objectLines({ objects = [], outcome }: LoadReport, { command }: View): readonly string[] {
  if (objects.length === 0 || outcome === 'ALREADY_LOADED') return [];
  const left = objects.filter(({ loadedBy }) => loadedBy !== undefined);
  const stopped = left.filter((object) => object.outcome === 'FAILED');
  const before = left.filter((object) => object.outcome !== 'FAILED');
  const refused = objects.filter(({ code }) => code !== undefined);
  return [
    ...togetherLines(objects.length - left.length - refused.length, before),
    ...stoppedLines(stopped, command),
    ...refusedLines(refused),
  ];
}

type Objects = NonNullable<LoadReport['objects']>;

/** Those that cannot be read, the first three in words. */
function refusedLines(objects: Objects): readonly string[] {
  const lines = objects.slice(0, 3).map(({ code, message = '' }) => `  left out    ${code}: ${oneLine(message, 300)}`);
  return objects.length > 3 ? [...lines, `              and ${plural(objects.length - 3, 'more object')}`] : lines;
}

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
