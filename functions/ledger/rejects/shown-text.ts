import { literal, type Sql, sql, trustedSql } from '../../core/sql.ts';

/** Stands for a value of a sensitive column, wherever it would be shown. */
export const HIDDEN = '(hidden)';

/** Longest value a reason shows, in characters. */
export const MAX_VALUE_CHARACTERS = 80;

const controlCodes = [...Array.from({ length: 31 }, (_, i) => i + 1), 127];
const controls = String.fromCodePoint(...controlCodes);
/** U+2400 and on are pictures of the control characters: ␊ for a line feed. */
const pictures = String.fromCodePoint(...controlCodes.map((code) => (code === 127 ? 0x2421 : 0x2400 + code)));

/** Blanks other than the ordinary one, what has no width or no ink, and what turns the direction of text. */
const invisible = [
  '\\u0080-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u1680\\u17b4\\u17b5\\u180b-\\u180f',
  '\\u2000-\\u200f\\u2028-\\u202f\\u205f-\\u206f\\u2800\\u3000\\u3164',
  '\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb\\U000e0000-\\U000e0fff',
].join('');
const holds = (text: Sql, signs: string): Sql =>
  sql`(${text} collate pg_catalog."C") operator(pg_catalog.~) ${literal(`[${signs}]`)}`;
const holdsInvisible = (text: Sql): Sql => holds(text, invisible);
const holdsAny = (text: Sql): Sql => holds(text, `\\u0001-\\u001f\\u007f${invisible}`);

/** A value as a reason shows it: at most 80 characters of the cell. */
export function shortened(value: Sql): Sql {
  const limit = trustedSql(String(MAX_VALUE_CHARACTERS));
  return sql`(${visible(sql`pg_catalog.left(${value}, ${limit})`)})
        operator(pg_catalog.||) case when pg_catalog.char_length(${value}) operator(pg_catalog.>) ${limit} then '…' else '' end`;
}

/** What cannot be seen as a picture, or as `<U+00A0>`. Most texts hold none, and are asked that alone: translate() looks each of their signs up. */
export function visible(text: Sql): Sql {
  const pictured = sql`pg_catalog.translate(${text}, ${controls}::pg_catalog.text, ${pictures}::pg_catalog.text)`;
  return sql`case when not (${holdsAny(text)}) then ${text} when ${holdsInvisible(text)} then ${spelt(pictured)} else ${pictured} end`;
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
