import { ruleOf } from '../../../conflict/all.ts';
import type { Refusal } from '../../../conflict/refusal.ts';
import type { Contract } from '../../../core/contract.ts';
import { ident, join, literal, sql, type Sql } from '../../../core/sql.ts';
import { HIDDEN, MAX_VALUE_CHARACTERS, shortened } from '../shown-text.ts';

/**
 * Why the conflict rule refuses the staged record `s`, as jsonb: a reason that names the rule.
 * @param isLate the merge found it, before which the record had passed.
 */
export function ruleReason(contract: Contract, refusal: Refusal, isLate: boolean): Sql {
  return reasonOf(contract, refusal, { words: literal(refusal.words(contract)), isLate });
}

/** The same with words of its own, an SQL expression: `id: '7' <words>`. */
export function reasonOf(
  contract: Contract,
  { code, columns }: Pick<Refusal, 'code' | 'columns'>,
  { words, isLate }: { readonly words: Sql; readonly isLate: boolean },
): Sql {
  const shown = columns(contract);
  const [only] = shown;
  const cells = shown.map(({ name, sensitive }) =>
    sensitive === true
      ? literal(HIDDEN)
      : sql`pg_catalog.left(s.${ident(name)}::pg_catalog.text, ${MAX_VALUE_CHARACTERS + 1}::pg_catalog.int4)`,
  );
  const value = shortened(sql`pg_catalog.concat_ws(', ', ${join(cells)})`);
  const more = {
    code,
    column: only === undefined || shown.length > 1 ? null : only.name,
    conflict: ruleOf(contract).words[0],
    ...(isLate && { late: true }),
  };
  const names = shown.map(({ name }) => name).join(', ');
  return sql`(
        select ${literal(JSON.stringify(more))}::pg_catalog.jsonb operator(pg_catalog.||) pg_catalog.jsonb_build_object(
          'value', told.value,
          'message', pg_catalog.concat(${literal(`${names}: '`)}::pg_catalog.text, told.value, ''' ', ${words}::pg_catalog.text))
        from (select ${value} as value) as told
      )`;
}
