import { MAX_VALUE_CHARACTERS, shortened, visible } from '../../ledger/rejects/shown-text.ts';
import { join, type Sql, sql } from '../../core/sql.ts';
import { integer, type Rule } from '../rules/rule.ts';

/** Reasons of a record that are kept in words: nobody reads more, and 201 of 4 MB made 151 MB of rejects.csv. The others are named. */
const MOST_IN_WORDS = 20;

/**
 * The reasons of one record: jsonb [{ code, column, value, message }], of rules of the dataset with `rule` and `severity`, in the order of the rules. Those behind the twentieth
 * are named in one more, whose `more` is { code: [column, ...] } of all that no reason before it names.
 *
 * The expressions read the record that is in scope, and each value and detail is computed for its own reason alone. Codes and
 * words travel as arrays, however many rules there are. A lateral subselect and not VALUES, whose expressions PostgreSQL would
 * prepare again for every record (75 microseconds a record against 14).
 */
export function reasonsOf(rules: readonly Rule[]): Sql {
  const nth = (texts: readonly (string | null)[]): Sql => sql`(${texts}::pg_catalog.text[])[judged.no]`;
  const ofRule = (texts: readonly (Sql | null)[]): Sql => {
    const whens = texts.flatMap((text, i) =>
      text === null ? [] : [sql`when judged.no operator(pg_catalog.=) ${integer(i + 1)} then ${text}`],
    );
    return whens.length === 0 ? sql`null::pg_catalog.text` : sql`case ${join(whens, ' ')} end`;
  };
  const values = rules.map(({ value }) =>
    value === null ? null : sql`pg_catalog.left(${value}, ${integer(MAX_VALUE_CHARACTERS + 1)})`,
  );
  const codes = nth(rules.map(({ code }) => code));
  const columns = nth(rules.map(({ column }) => column));
  const after = rules.map((rule) => (rule.value === null ? rule.after.trimStart() : rule.after));
  return sql`(
    select ${rules.length <= MOST_IN_WORDS ? sql`in_words.reasons` : withTheOthers(rules)}
    from (
      select asked.breaches, pg_catalog.array_positions(asked.breaches, true) as places
      from (select array[${join(rules.map(({ breach }) => breach))}]::boolean[] as breaches offset 0) as asked
      offset 0
    ) as broken
    cross join lateral (
      select pg_catalog.jsonb_agg(pg_catalog.jsonb_object('{code,column,value,message}', array[
        ${codes},
        ${columns},
        shown.value,
        pg_catalog.concat(${nth(rules.map(({ before }) => before))}, '''' operator(pg_catalog.||) shown.value operator(pg_catalog.||) '''',
          coalesce(' ' operator(pg_catalog.||) shown.words, ${nth(after)}), ': ' operator(pg_catalog.||) shown.detail)
      ])${ofDeclared(rules, nth)} order by judged.no) as reasons
      from pg_catalog.unnest(broken.places[1:${integer(MOST_IN_WORDS)}]) as judged (no)
      cross join lateral (
        select ${shortened(sql`said.value`)} as value, ${visible(sql`said.detail`)} as detail, said.words
        from (
          select ${ofRule(values)} as value, ${ofRule(rules.map(({ detail }) => detail ?? null))} as detail,
            ${ofRule(rules.map(({ said }) => said ?? null))} as words
          offset 0
        ) as said
        offset 0
      ) as shown
    ) as in_words
  )`;
}

/** What a reason has more where a rule of the dataset has a name, or refuses the load: `rule` and `severity`. */
function ofDeclared(rules: readonly Rule[], nth: (texts: readonly (string | null)[]) => Sql): Sql {
  const more = rules.map(({ name, refuses }) =>
    name === undefined && refuses === undefined
      ? null
      : JSON.stringify({ ...(name !== undefined && { rule: name }), ...(refuses === true && { severity: 'refuse' }) }),
  );
  if (more.every((each) => each === null)) return sql``;
  return sql` operator(pg_catalog.||) coalesce(${nth(more)}, '{}')::pg_catalog.jsonb`;
}

/** jsonb: the reasons in words, and behind the twentieth the one that names the others. */
function withTheOthers(rules: readonly Rule[]): Sql {
  const isLater = sql`judged.no operator(pg_catalog.>) broken.places[${integer(MOST_IN_WORDS)}]`;
  return sql`case
      when pg_catalog.cardinality(broken.places) operator(pg_catalog.<=) ${integer(MOST_IN_WORDS)} then in_words.reasons
      else in_words.reasons operator(pg_catalog.||) (
        select pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_object(
          'code', 'MORE_REASONS',
          'column', null,
          'value', null,
          'message', pg_catalog.concat('and ', pg_catalog.sum(by_code.reasons), ' more: ',
            pg_catalog.string_agg(pg_catalog.concat(by_code.code, ' (', by_code.reasons, ')'), ', ' order by by_code.code)),
          'more', coalesce(pg_catalog.jsonb_object_agg(by_code.code, by_code.columns) filter (where by_code.columns is not null), '{}')
        ))
        from (
          select named.code, pg_catalog.sum(named.reasons) as reasons,
            pg_catalog.jsonb_agg(named.column_name order by named.first) filter (where not named.is_shown) as columns
          from (
            select judged.code, judged.column_name, pg_catalog.min(judged.no) as first,
              pg_catalog.count(*) filter (where ${isLater}) as reasons,
              pg_catalog.bool_or(not (${isLater})) as is_shown
            from rows from (
              pg_catalog.unnest(${rules.map(({ code }) => code)}::pg_catalog.text[]),
              pg_catalog.unnest(${rules.map(({ column }) => column)}::pg_catalog.text[]),
              pg_catalog.unnest(broken.breaches)
            ) with ordinality as judged (code, column_name, is_breached, no)
            where (judged.is_breached)
            group by 1, 2
          ) as named
          where (named.reasons operator(pg_catalog.>) 0)
          group by named.code
        ) as by_code
      )
    end`;
}
