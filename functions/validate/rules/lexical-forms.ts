import type { Leniency, PlainForm } from '../../core/contract.ts';
import { literal, type Sql, sql } from '../../core/sql.ts';
import { dateForms, type Has, momentForms, OFFSET, timeForms, zonelessMoment } from './moment-forms.ts';

/**
 * How a cell must look, beyond what PostgreSQL takes: PostgreSQL reads `1_000`, `0x1F`, `NaN`, `today`, `yes` and
 * `24:00:00` without a word. Regular expressions of PostgreSQL, matched against the whole cell without regard to case.
 * Everything that the scanner calls plain matches too, so that a value's fate never depends on its neighbours. A leniency
 * adds only what has one reading, whatever the settings of the server.
 * null: PostgreSQL's own judgement is strict enough (text, uuid).
 */
export function lexicalForm(form: PlainForm, leniencies: readonly Leniency[]): string | null {
  const forms = cellForms(form, (leniency) => leniencies.includes(leniency));
  return forms.length === 0 ? null : `(?i)^(?:${forms.join('|')})$`;
}

/** Moments that name no zone and are read in the load's; a date alone is its midnight. */
export function zonelessForm(leniencies: readonly Leniency[]): string {
  return `(?i)^(?:${zonelessMoment((leniency) => leniencies.includes(leniency))})$`;
}

/** Whether a cell has a form. */
export function matches(cell: Sql, form: string): Sql {
  return sql`(${cell} collate pg_catalog."C") operator(pg_catalog.~) ${literal(form)}`;
}

/** The same as alternatives, to be matched without regard to case; none for text and uuid. */
export function cellForms(form: PlainForm, has: Has): readonly string[] {
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
      return [BOOLEAN, ...(has('booleanWords') ? [BOOLEAN_WORDS] : [])];
    case 'date':
      return dateForms(has);
    case 'time':
      return timeForms(has);
    case 'timestamp':
      return momentForms(has, has('dropZone') ? OFFSET : ZERO_OFFSET);
    case 'timestamptz':
      return momentForms(has, has('dateForms') ? `${OFFSET}|utc|gmt` : OFFSET);
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
const SPECIAL_NUMBER = 'nan|[+-]?inf(?:inity)?';
/** `t` and `f` are how PostgreSQL itself writes them. */
const BOOLEAN = 't|f|true|false';
/** Whole words: PostgreSQL takes any beginning of them, `tr` and `of` too. */
const BOOLEAN_WORDS = 'on|off|yes|no|y|n|1|0';
const ZERO_OFFSET = 'z|[+-]00(?::?00)?';
