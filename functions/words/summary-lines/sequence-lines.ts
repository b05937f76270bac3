import { printable } from '../../core/printable.ts';
import { sqlQuoted } from '../../core/typed-again.ts';
import type { LoadReport } from '../../protocol/outcomes.ts';

/** Sequences that were behind what was loaded, moved or to be moved by somebody who may. */
export function sequenceLines({ sequences = [] }: LoadReport): readonly string[] {
  return sequences.map(({ column, sequence, movedTo, statement }) =>
    statement === null
      ? `  sequence    ${printable(sequence)} of ${printable(column)} was behind what was loaded and is moved to ${movedTo}`
      : `  sequence    ${printable(sequence)} of ${printable(column)} could not be read or moved; where it is behind what was loaded, the next INSERT\n              fails on a key that is there. Somebody who may runs: ${sqlQuoted(statement)}`,
  );
}
