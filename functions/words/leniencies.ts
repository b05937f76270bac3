import { didYouMean } from './did-you-mean.ts';
import type { Leniency } from '../core/contract.ts';

/** Every leniency and what it lets through, as --help shows it. */
export const leniencies: Readonly<Record<Leniency, string>> = {
  trimBlanks: 'blanks around a value are cut, of text and keys too: " 7 " is 7',
  quotedEmptyIsNull: '"" is NULL where the type has no empty value',
  booleanWords: 'on, yes, y, 1 and off, no, n, 0 are booleans',
  numberForms: '1_000, 0x1F, .5 and 5. are numbers',
  specialNumbers: 'NaN and Infinity are numbers',
  roundNumbers: '1.239 into numeric(12,2) is 1.24',
  specialDates: 'infinity and epoch are dates',
  dateForms: '2024/1/2, 2 Jan 2024 and 20240102 are dates, 9:05 PM is a time',
  dropZone: 'the offset of a timestamp without time zone is dropped',
  truncateText: 'blanks past the length of a char(n) or varchar(n) are cut',
};

/** `trimBlanks,dateForms` as a list; names that do not exist become problems. */
export function readLeniencies(typed: string): {
  readonly names: readonly string[];
  readonly problems: readonly string[];
} {
  const known = Object.keys(leniencies);
  const names = typed.split(',').map((name) => name.trim());
  const problems = names
    .filter((name) => !known.includes(name))
    .map((name) => `--lenient: "${name}" is no leniency.${didYouMean(name, known)} There are: ${known.join(', ')}.`);
  return { names, problems };
}
