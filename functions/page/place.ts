import { count } from '../words/quantities.ts';
import { cut } from './cut.ts';

/** Where a record stands. */
interface Placed {
  readonly record: number;
  readonly object?: string | undefined;
  readonly line: number | null;
  readonly byteOffset?: number | null;
}

/** `a.csv, line 10, record 9, byte 80`: what is known of it. */
export function placeShown({ record, object, line, byteOffset = null }: Placed): string {
  const of = object === undefined ? [] : [cut(object.slice(object.lastIndexOf('/') + 1), 80)];
  const at = line === null ? [] : [`line ${count(line)}`];
  const from = byteOffset === null ? [] : [`byte ${count(byteOffset)}`];
  return [...of, ...at, `record ${count(record)}`, ...from].join(', ');
}
