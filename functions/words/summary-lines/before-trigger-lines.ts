import { printable } from '../../core/printable.ts';
import type { LoadReport } from '../../protocol/outcomes.ts';

/** Why the same file may update the same rows each time. */
export function beforeTriggerLines({ beforeTriggers = [] }: LoadReport): readonly string[] {
  if (beforeTriggers.length === 0) return [];
  const [who, run] = beforeTriggers.length === 1 ? ['trigger', 'runs'] : ['triggers', 'run'];
  return [
    `  ${who.padEnd(11)} ${printable(beforeTriggers.join(', '), 200)} ${run} before each row of the table is stored. What changes a value there makes the row differ\n              from the file, so that each load of it updates the row again: clean the values on their way in (--clean), or in the source`,
  ];
}
