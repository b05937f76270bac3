import type { Leniency } from '../../core/contract.ts';

/** Which leniencies hold. */
export type Has = (leniency: Leniency) => boolean;

const DATE = '[0-9]{4}-[0-9]{2}-[0-9]{2}';
const MONTH =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)';
/** A day of the week in front, which must be that of the date (misnamedDay). */
const WEEKDAY =
  '(?:sun(?:day)?|mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?|sat(?:urday)?)';
const YEAR = '[0-9]{4}';
const DAY = '[0-9]{1,2}';
/** Eight digits are a date, and with a time behind a T a moment; other digits alone are nothing. */
const COMPACT_DATE = '[0-9]{8}';
/**
 * dateForms: four digits of the year and an order that is certain: `2024/1/2`, `2024.1.2`, `2024-1-2`, `Jan 2, 2024`,
 * `2 January 2024`, `2-Jan-2024`, `2024 Jan 2`, `Tue, 2 Jan 2024`, `J2460312` (the Julian day). What PostgreSQL would read by
 * its DateStyle (`01/02/2024`, `1/2/24`) is none, and neither is a year of other length.
 */
const DATE_FORMS = [
  ...['/', '[.]', '-'].map((sign) => `${YEAR}${sign}[0-9]{1,2}${sign}${DAY}`),
  `(?:${WEEKDAY},? )?(?:${MONTH} ${DAY},? ${YEAR}|${DAY} ${MONTH},? ${YEAR})`,
  `${DAY}(?:-${MONTH}-|/${MONTH}/)${YEAR}`,
  `${YEAR}(?: ${MONTH} |-${MONTH}-)${DAY}`,
  'j[0-9]{7}',
].join('|');
/** specialDates: `infinity`, `epoch`; never `today` and its like, which mean something else at each run. */
const SPECIAL_DATE = 'epoch|[+-]?infinity';

/** Digits beyond the microsecond may only be zeros: then nothing is rounded. */
const FRACTION = '[.][0-9]{1,6}0*';
const ROUNDED_FRACTION = '[.][0-9]+';
/** `Z`, `+02`, `+02:00`, `+0200`; `+00:53:28` before there were zones. */
export const OFFSET = 'z|[+-][0-9]{2}(?::?[0-9]{2}|:[0-9]{2}:[0-9]{2})?';

/** Of dates. */
export function dateForms(has: Has): readonly string[] {
  return [
    DATE,
    ...(has('dateForms') ? [COMPACT_DATE, DATE_FORMS] : []),
    ...(has('specialDates') ? [SPECIAL_DATE] : []),
  ];
}

/** Of times of day: `10:15`, `10:15:30.25`; not `24:00:00`, and no second 60. */
export function timeForms(has: Has): readonly string[] {
  const offset = has('dropZone') ? `(?: ?(?:${OFFSET}))?` : '';
  return [`(?:${clock(has)})${offset}`, ...(has('specialDates') ? ['allballs'] : [])];
}

/** Of dates with a time. A date alone is its midnight. */
export function momentForms(has: Has, offset: string): readonly string[] {
  return [
    `(?:${day(has)})(?:[t ](?:${clock(has)})(?: ?(?:${offset}))?)?`,
    ...(has('dateForms') ? [`${COMPACT_DATE}(?:[t ](?:${clock(has)})|t${compactClock(has)})(?: ?(?:${offset}))?`] : []),
    ...(has('specialDates') ? [SPECIAL_DATE] : []),
  ];
}

/** The same without an offset, and without what needs none. */
export function zonelessMoment(has: Has): string {
  return [
    `(?:${day(has)})(?:[t ](?:${clock(has)}))?`,
    ...(has('dateForms') ? [`${COMPACT_DATE}(?:[t ](?:${clock(has)})|t${compactClock(has)})`] : []),
  ].join('|');
}

/** What a date with a named day of the week begins with. */
export const WEEKDAY_FIRST = `(?i)^${WEEKDAY},? `;

const day = (has: Has): string => (has('dateForms') ? `${DATE}|${DATE_FORMS}` : DATE);
const fraction = (has: Has): string => (has('roundNumbers') ? ROUNDED_FRACTION : FRACTION);

/** dateForms: `9:05`, `9:05 PM`, and 24:00:00, the end of a day. */
function clock(has: Has): string {
  const rest = `:[0-5][0-9](?::[0-5][0-9](?:${fraction(has)})?)?`;
  const strict = `(?:[01][0-9]|2[0-3])${rest}`;
  return has('dateForms') ? `${strict}|[0-9]${rest}|(?:0?[1-9]|1[0-2])${rest} ?[ap]m|24:00(?::00)?` : strict;
}

/** `101530`, only beside a date of eight digits and a T: ISO 8601's basic form. */
function compactClock(has: Has): string {
  return `(?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9](?:${fraction(has)})?`;
}
