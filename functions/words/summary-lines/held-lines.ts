import { printable } from '../../core/printable.ts';
import type { LoadReport } from '../../protocol/outcomes.ts';
import { second } from '../quantities.ts';

/** Since when a load waits for a yes, and until when; or who gave it. */
export function heldLines({
  held,
  approvedBy,
  approvedAt,
}: Pick<LoadReport, 'held' | 'approvedBy' | 'approvedAt'>): readonly string[] {
  if (held !== undefined) {
    const end = held.until === null ? '' : `; without an answer it is declined at ${second(held.until)}`;
    return [`  held        since ${second(held.since)}${end}`];
  }
  if (approvedBy === undefined || approvedAt === undefined) return [];
  return [`  approved    by ${printable(approvedBy, 80)} at ${second(approvedAt)}`];
}

/** What to type for a yes and for a no. */
export function answers(loadId: number | null, command: (rest: string) => string): string {
  return `${command(`approve ${loadId ?? ''}`)} merges it; ${command(`decline ${loadId ?? ''} --reason TEXT`)} ends it`;
}
