import type { Leniency, PlainForm } from '../core/contract.ts';

/**
 * How a cell must look, beyond what PostgreSQL takes: PostgreSQL reads `1_000`, `0x1F`, `NaN`, `today`, `t` and
 * `24:00:00` without a word. Regular expressions of PostgreSQL, matched against the whole cell without regard to case.
 * Everything that the scanner calls plain matches too, so that a value's fate never depends on its neighbours.
 * null: PostgreSQL's own judgement is strict enough (text, uuid).
 */
export function lexicalForm(form: PlainForm, leniencies: readonly Leniency[]): string | null {
  const forms = alternatives(form, (leniency) => leniencies.includes(leniency));
  return forms.length === 0 ? null : `(?i)^(?:${forms.join('|')})$`;
}

/** Moments that name no zone and are read in the load's; a date alone is its midnight. */
export function zonelessForm(leniencies: readonly Leniency[]): string {
  const has = (leniency: Leniency): boolean => leniencies.includes(leniency);
  return `(?i)^${dateOf(has)}(?:[t ](?:${clockOf(has)})(?: bc)?)?$`;
}

type Has = (leniency: Leniency) => boolean;

function alternatives(form: PlainForm, has: Has): readonly string[] {
  switch (form) {
    case 'int2':
    case 'int4':
    case 'int8':
      return has('numberForms') ? [INTEGER, INTEGER_FORMS] : [INTEGER];
    case 'numeric':
      return numberForms(has, [INTEGER_FORMS, NUMBER_FORMS]);
    case 'float8':
      return numberForms(has, [FLOAT_FORMS]);
    case 'boolean':
      return has('booleanWords') ? [] : ['true', 'false'];
    case 'date':
      return [DATE, ...(has('dateForms') ? [DATE_FORMS] : []), ...(has('specialDates') ? [SPECIAL_DATE] : [])];
    case 'time':
      return timeForms(has);
    case 'timestamp':
      return momentForms(has, has('dropZone') ? ZONE : ZERO_ZONE);
    case 'timestamptz':
      return momentForms(has, has('dateForms') ? `${ZONE}|${ZONE_NAME}` : ZONE);
    case 'text':
    case 'uuid':
      return [];
  }
}

function numberForms(has: Has, forms: readonly string[]): readonly string[] {
  return [NUMBER, ...(has('numberForms') ? forms : []), ...(has('specialNumbers') ? [SPECIAL_NUMBER] : [])];
}

/** `7`, `-7`, `+7`, `007`. */
const INTEGER = '[+-]?[0-9]+';
const DIGITS = '[0-9]+(?:_[0-9]+)*';
/** numberForms: `1_000`, `0x1F`, `0o17`, `0b11`. */
const INTEGER_FORMS = `[+-]?(?:${DIGITS}|0x(?:_?[0-9a-f])+|0o(?:_?[0-7])+|0b(?:_?[01])+)`;
/** `7`, `7.25`, `1e6`, `-2.5E-3`: digits on both sides of the point. */
const NUMBER = '[+-]?[0-9]+(?:[.][0-9]+)?(?:e[+-]?[0-9]+)?';
/** numberForms: `.5`, `5.`, `1_000.25`. */
const NUMBER_FORMS = `[+-]?(?:${DIGITS}[.]?(?:${DIGITS})?|[.]${DIGITS})(?:e[+-]?${DIGITS})?`;
/** numberForms of floats, which know no underscores: `.5`, `5.`, `0x1F`. */
const FLOAT_FORMS = '[+-]?(?:0x[0-9a-f]+|(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:e[+-]?[0-9]+)?)';
const SPECIAL_NUMBER = '[+-]?(?:nan|inf|infinity)';

const DATE = '[0-9]{4}-[0-9]{2}-[0-9]{2}';
const MONTH =
  'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?';
const DAY = '(?:sun|mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?)(?:day)?';
/**
 * dateForms: `20240102`, `2024/1/2`, `Jan 2, 2024`, `2 January 2024`, `J2451187`, `0044-03-15 BC`. Each has one reading under
 * any DateStyle: the year has four digits, and stands first where the month is a number.
 */
const DATE_FORMS = `(?:j[0-9]+|[0-9]{8}|[0-9]{4}([./-])[0-9]{1,2}\\1[0-9]{1,2}|(?:${DAY},? )?(?:(?:${MONTH}) [0-9]{1,2},? |[0-9]{1,2}[ -](?:${MONTH})[ -])[0-9]{4})(?: (?:bc|ad))?`;
/** specialDates: `infinity`, `epoch`; never `today` and its like, which mean something else at each run. */
const SPECIAL_DATE = 'epoch|[+-]?infinity';

/** Digits beyond the microsecond may only be zeros: then nothing is rounded. */
const FRACTION = '[.][0-9]{1,6}0*';
const ROUNDED_FRACTION = '[.][0-9]+';
/** `10:15`, `10:15:30`, `10:15:30.25`; not `24:00:00`, and no second 60. */
const time = (fraction: string): string => `(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:${fraction})?)?`;
/** dateForms: `9:05`, `9:05 PM`, `24:00:00`, `101530`. */
const timeFormsOf = (fraction: string): string =>
  `[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:${fraction})?)?(?: ?[ap]m)?|[0-9]{6}(?:${fraction})?`;
/** `Z`, `+02`, `+02:00`, `+0200`. */
const ZONE = 'z|[+-][0-9]{2}(?::?[0-9]{2})?';
const ZERO_ZONE = 'z|[+-]00(?::?00)?';
/** dateForms: `PST`, `Europe/Berlin`. */
const ZONE_NAME = ' ?[a-z][a-z_]*(?:/[a-z_]+)*';

const fractionOf = (has: Has): string => (has('roundNumbers') ? ROUNDED_FRACTION : FRACTION);
const clockOf = (has: Has): string => {
  const strict = time(fractionOf(has));
  return has('dateForms') ? `${strict}|${timeFormsOf(fractionOf(has))}` : strict;
};

const dateOf = (has: Has): string => (has('dateForms') ? `(?:${DATE}|${DATE_FORMS})` : DATE);

function timeForms(has: Has): readonly string[] {
  const zone = has('dropZone') ? `(?: ?(?:${ZONE}))?` : '';
  return [`(?:${clockOf(has)})${zone}`, ...(has('specialDates') ? ['allballs'] : [])];
}

/** A date alone is its midnight. */
function momentForms(has: Has, zone: string): readonly string[] {
  return [
    `${dateOf(has)}(?:[t ](?:${clockOf(has)})(?: ?(?:${zone}))?(?: bc)?)?`,
    ...(has('specialDates') ? [SPECIAL_DATE] : []),
  ];
}
