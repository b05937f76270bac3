import type { PlainForm } from '../../core/contract.ts';

/** What is to be seen in the cells of a column before steps are tried on them. */
export interface SeenSigns {
  /** Of currencyWords, those that stand before or behind a number. */
  readonly currencies: readonly string[];
  readonly hasPercent: boolean;
  readonly hasParentheses: boolean;
}

/** Signs and codes of currencies that are looked for. */
export const currencyWords: readonly string[] = ['€', '$', '£', '¥', '₹', 'CHF', 'EUR', 'USD', 'GBP'];

/** Moments that some programs write where there is none. */
export const zeroMoments: ReadonlySet<string> = new Set(
  ['0000-00-00', '00.00.0000', '00/00/0000'].flatMap((date) => [date, `${date} 00:00:00`, `${date} 00:00`]),
);

const wholeNumbers: readonly PlainForm[] = ['int2', 'int4', 'int8'];
const numbers: readonly PlainForm[] = [...wholeNumbers, 'numeric', 'float8'];

/** How thousands and decimals are separated, the plainest first. */
const separators: readonly (readonly string[])[] = [
  [],
  ['decimal:comma'],
  ['group:comma'],
  ['group:dot', 'decimal:comma'],
  ['group:dot'],
  ['group:blank'],
  ['group:blank', 'decimal:comma'],
  ['group:apostrophe'],
];

/** Patterns of dates with four digits of the year: those of two have a century that no cell tells. */
const datePatterns: readonly string[] = [
  ...['dd.MM.yyyy', 'd.M.yyyy', 'dd/MM/yyyy', 'MM/dd/yyyy', 'd/M/yyyy', 'M/d/yyyy', 'dd-MM-yyyy', 'MM-dd-yyyy'],
  ...['yyyy/MM/dd', 'yyyy/M/d', 'yyyy.MM.dd', 'yyyyMMdd', 'd MMM yyyy', 'dd-MMM-yyyy', 'MMM d yyyy', 'MMM d, yyyy'],
];
const timePatterns: readonly string[] = ['HH:mm:ss', 'HH:mm', 'H:mm', 'h:mm a', 'h:mm:ss a'];

/** Words of two for true and false, in the writings that are common. */
const booleanPairs: readonly string[] = [
  ...['1/0', 'yes/no', 'y/n', 'on/off', 'ja/nein', 'j/n', 'oui/non', 'o/n', 'si/no', 'sí/no', 'x/-', 'T/F'],
].flatMap((pair) => {
  const [yes = '', no = ''] = pair.split('/');
  const title = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);
  return [...new Set([pair, pair.toUpperCase(), `${title(yes)}/${title(no)}`])];
});

/** Chains of steps that a column of this form may need, the plainest first; cells are trimmed and words for NULL gone before. */
export function likelySteps(form: PlainForm, signs: SeenSigns): readonly (readonly string[])[] {
  if (numbers.includes(form)) return numberSteps(form, signs);
  if (form === 'boolean') return [[], ...booleanPairs.map((pair) => [`boolean:${pair}`])];
  const dates = datePatterns.map((pattern) => [`date:${pattern}`]);
  if (form === 'date') return [[], ['dateOnly'], ...dates];
  if (form !== 'timestamp' && form !== 'timestamptz') return [[]];
  const moments = datePatterns.flatMap((date) => timePatterns.map((time) => [`timestamp:${date} ${time}`]));
  return [[], ...dates, ...moments, ['epoch:s'], ['epoch:ms'], ['epoch:us']];
}

function numberSteps(
  form: PlainForm,
  { currencies, hasPercent, hasParentheses }: SeenSigns,
): readonly (readonly string[])[] {
  const signs = currencies.map((word) => `currency:${word}`);
  const inside = hasParentheses
    ? [
        ['parentheses', ...signs],
        [...signs, 'parentheses'],
      ]
    : [signs];
  const percent = hasPercent ? ['percent'] : [];
  const ends = wholeNumbers.includes(form) ? [[], ['integer']] : [[]];
  return ends.flatMap((end) =>
    separators.flatMap((separator) => inside.map((first) => [...first, ...separator, ...percent, ...end])),
  );
}
