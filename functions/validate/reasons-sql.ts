import { join, type Sql, sql } from '../core/sql.ts';
import { integer, type Rule } from './rule.ts';

/** Longest value a reason shows, in characters. */
const MAX_VALUE_CHARACTERS = 80;

/**
 * All reasons of one record: jsonb [{ code, column, value, message }], in the order of the rules. The expressions read the
 * record that is in scope; codes and words travel as four arrays, however many rules there are.
 */
export function reasonsOf(rules: readonly Rule[]): Sql {
  const judged = rules.map(
    ({ breach, value, detail }, i) =>
      sql`(${integer(i + 1)}, ${breach}, ${value ?? sql`null::text`}, ${detail === undefined ? sql`null::text` : sql`case when ${breach} then ${detail} end`})`,
  );
  return sql`(
    select jsonb_agg(jsonb_build_object(
      'code', rule.code,
      'column', rule.column_name,
      'value', shown.value,
      'message', rule.before || coalesce('''' || shown.value || '''', '') || rule.after || coalesce(': ' || judged.detail, '')
    ) order by judged.no)
    from (values
      ${join(judged, ',\n      ')}
    ) as judged (no, is_breached, value, detail)
    join unnest(
      ${rules.map(({ code }) => code)}::text[],
      ${rules.map(({ column }) => column)}::text[],
      ${rules.map(({ before }) => before)}::text[],
      ${rules.map(({ value, after }) => (value === null ? after.trimStart() : after))}::text[]
    ) with ordinality as rule (code, column_name, before, after, no) on rule.no = judged.no
    cross join lateral (select ${visible(sql`judged.value`)} as value) as shown
    where (judged.is_breached)
  )`;
}

const CONTROLS = [...Array.from({ length: 31 }, (_, i) => i + 1), 127];
/** Control characters, and those that turn the direction of text or have no width. */
const hidden = [
  ...CONTROLS.map((code) => String.fromCodePoint(code)),
  ...Array.from({ length: 32 }, (_, i) => String.fromCodePoint(0x80 + i)),
  ...['\u200b', '\u200e', '\u200f', '\u2028', '\u2029', '\u202a', '\u202b', '\u202c', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068', '\u2069', '\ufeff'],
].join('');
/** U+2400 and on are pictures of the control characters: ␊ for a line feed; all else becomes U+FFFD. */
const pictures = Array.from(hidden, (character) => {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\ufffd';
}).join('');

/** A value as a reason shows it: control characters visible, at most 80 characters. */
export function visible(value: Sql): Sql {
  const limit = integer(MAX_VALUE_CHARACTERS);
  return sql`translate(left(${value}, ${limit}), ${hidden}::text, ${pictures}::text)
      || case when char_length(left(${value}, ${limit} + 1)) > ${limit} then '…' else '' end`;
}
