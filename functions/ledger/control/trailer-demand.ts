import { decimalText } from '../../core/control/decimal.ts';
import type { ControlDemand } from '../../core/control/totals.ts';
import { charactersAt, type TrailerPlace, type TrailerTotals } from '../../core/control/trailer-totals.ts';
import { printable } from '../../core/printable.ts';
import { trailerCharacters } from '../../decoding/trailer/trailer-start.ts';
import { formatOf, type Reading } from '../../formats/format-of.ts';

/** Of a load: how it is read, and the lines behind its records; null: it has none, or they were not reached yet. */
export interface TrailerRead extends Reading {
  readonly trailer: readonly string[] | null;
}

/** What the trailer says of its object, where the dataset says in which cells; null where it does not, or is not read yet. */
export function trailerDemand(read: TrailerRead): ControlDemand | null {
  const { contract, trailer } = read;
  const totals = 'trailerTotals' in contract.format ? contract.format.trailerTotals : undefined;
  if (totals === undefined || trailer === null) return null;
  const text = trailer[totals.line - 1] ?? '';
  if (text.length >= trailerCharacters) {
    return of(totals, {}, [
      `line ${totals.line} of it is longer than the ${trailerCharacters} characters that are kept`,
    ]);
  }
  const { said } = formatOf(read);
  const isHidden = contract.columns.some(({ sensitive }) => sensitive === true);
  const troubles: string[] = [];
  const numberIn = (place: TrailerPlace, what: string): string | null => {
    const found = said(Buffer.from(text), place);
    const written = 'text' in found ? found.text.trim() : undefined;
    if (written !== undefined && decimalText.test(written)) return written;
    const shown = isHidden ? 'what stands there' : `"${printable(written ?? '', 100)}"`;
    const why = 'problem' in found ? found.problem : `${shown} is no decimal number`;
    troubles.push(`${what} should be ${inWords(place)} of line ${totals.line}, and ${why}`);
    return null;
  };
  const records = totals.records === undefined ? null : numberIn(totals.records, 'the number of records');
  if (records !== null && !isCount(records))
    troubles.push(`the number of records is ${isHidden ? 'no whole number' : printable(records, 100)}`);
  const sums = Object.entries(totals.sums ?? {}).flatMap(([column, place]) => {
    const sum = numberIn(place, `the sum of ${printable(column, 100)}`);
    return sum === null ? [] : [[column, sum] as const];
  });
  return of(
    totals,
    {
      ...(records !== null && isCount(records) && { records: Number(records) }),
      ...(sums.length > 0 && { sums: Object.fromEntries(sums) }),
    },
    troubles,
  );
}

function of(
  { line }: TrailerTotals,
  said: Pick<ControlDemand, 'records' | 'sums'>,
  troubles: readonly string[],
): ControlDemand {
  return {
    from: line === 1 ? 'the trailer' : `line ${line} of the trailer`,
    ...said,
    ...(troubles.length > 0 && { troubles }),
  };
}

function inWords(place: TrailerPlace): string {
  if (typeof place === 'number') return `in cell ${place}`;
  const characters = charactersAt(place);
  return characters === null ? `behind the keys ${printable(place, 100)}` : `in characters ${characters.join(' to ')}`;
}

/** Digits alone decide: as a number 4.00000000000000000001 is 4. */
const isCount = (text: string): boolean => /^\+?\d+(?:\.0+)?$/u.test(text) && Number.isSafeInteger(Number(text));
