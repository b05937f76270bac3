import { join, literal, type Sql, sql } from '../core/sql.ts';
import { integer, type Rule } from './rule.ts';

/** Longest value a reason shows, in characters. */
const MAX_VALUE_CHARACTERS = 80;

/**
 * All reasons of one record: jsonb [{ code, column, value, message }], in the order of the rules. The expressions read the
 * record that is in scope; codes and words travel as four arrays, however many rules there are. unnest of three arrays,
 * not VALUES, whose expressions PostgreSQL would prepare again for every record (75 microseconds a record against 14).
 */
export function reasonsOf(rules: readonly Rule[]): Sql {
  const values = rules.map(({ value }) =>
    value === null ? sql`null` : sql`pg_catalog.left(${value}, ${integer(MAX_VALUE_CHARACTERS + 1)})`,
  );
  const details = rules.map(({ breach, detail }) =>
    detail === undefined ? sql`null` : sql`case when ${breach} then ${detail} end`,
  );
  const nth = (texts: readonly (string | null)[]): Sql => sql`(${texts}::pg_catalog.text[])[judged.no]`;
  const after = rules.map((rule) => (rule.value === null ? rule.after.trimStart() : rule.after));
  return sql`(
    select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
      'code', ${nth(rules.map(({ code }) => code))},
      'column', ${nth(rules.map(({ column }) => column))},
      'value', shown.value,
      'message', pg_catalog.concat(${nth(rules.map(({ before }) => before))}, '''' operator(pg_catalog.||) shown.value operator(pg_catalog.||) '''',
        ${nth(after)}, ': ' operator(pg_catalog.||) shown.detail)
    ) order by judged.no)
    from rows from (
      pg_catalog.unnest(array[${join(rules.map(({ breach }) => breach))}]::boolean[]),
      pg_catalog.unnest(array[${join(values)}]::pg_catalog.text[]),
      pg_catalog.unnest(array[${join(details)}]::pg_catalog.text[])
    ) with ordinality as judged (is_breached, value, detail, no)
    cross join lateral (
      select ${shortened(sql`judged.value`)} as value, ${visible(sql`judged.detail`)} as detail
      offset 0
    ) as shown
    where (judged.is_breached)
  )`;
}

const controlCodes = [...Array.from({ length: 31 }, (_, i) => i + 1), 127];
const controls = String.fromCodePoint(...controlCodes);
/** U+2400 and on are pictures of the control characters: ␊ for a line feed. */
const pictures = String.fromCodePoint(...controlCodes.map((code) => (code === 127 ? 0x2421 : 0x2400 + code)));

/** Blanks other than the ordinary one, what has no width or no ink, and what turns the direction of text. */
const invisible = literal(
  `[${[
    '\\u0080-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u1680\\u17b4\\u17b5\\u180b-\\u180f',
    '\\u2000-\\u200f\\u2028-\\u202f\\u205f-\\u206f\\u2800\\u3000\\u3164',
    '\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb\\U000e0000-\\U000e0fff',
  ].join('')}]`,
);
const holdsInvisible = (text: Sql): Sql => sql`(${text} collate pg_catalog."C") operator(pg_catalog.~) ${invisible}`;

/** A value as a reason shows it: at most 80 characters of the cell. */
function shortened(value: Sql): Sql {
  const limit = integer(MAX_VALUE_CHARACTERS);
  return sql`(${visible(sql`pg_catalog.left(${value}, ${limit})`)})
        operator(pg_catalog.||) case when pg_catalog.char_length(${value}) operator(pg_catalog.>) ${limit} then '…' else '' end`;
}

/** What cannot be seen as a picture, or as `<U+00A0>`. */
function visible(text: Sql): Sql {
  const pictured = sql`pg_catalog.translate(${text}, ${controls}::pg_catalog.text, ${pictures}::pg_catalog.text)`;
  return sql`case when ${holdsInvisible(text)} then ${spelt(pictured)} else ${pictured} end`;
}

function spelt(text: Sql): Sql {
  const hex = sql`pg_catalog.upper(pg_catalog.to_hex(pg_catalog.ascii(each.sign)))`;
  const code = sql`pg_catalog.lpad(${hex}, greatest(4, pg_catalog.length(${hex})), '0')`;
  return sql`(
          select pg_catalog.string_agg(
            case when ${holdsInvisible(sql`each.sign`)} then pg_catalog.concat('<U+', ${code}, '>') else each.sign end, '' order by each.no
          )
          from pg_catalog.regexp_split_to_table(${text}, '') with ordinality as each (sign, no)
        )`;
}
