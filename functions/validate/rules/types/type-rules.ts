import { type Sql, sql } from '../../../core/sql.ts';
import { fractionRules } from './fraction-rules.ts';
import { type Candidate, inputRules } from './input-rules.ts';
import { labelRules } from './label-rules.ts';
import { lengthRules } from './length-rules.ts';
import { numericRules } from './numeric-rules.ts';
import type { Operand, Rule } from '../rule.ts';
import type { CellReading } from '../slice-cells.ts';

/**
 * What a value of the staging type must still be to become a value of the column's own type: the cast to it then neither
 * raises nor changes anything. At most one reason a column, the first in this order. Columns that can break none have none.
 */
export function typeRules(operand: Operand, reading: CellReading): readonly Rule[] {
  const { leniencies } = reading;
  const candidates = [
    ...lengthRules(operand, leniencies),
    ...numericRules(operand, leniencies),
    ...fractionRules(operand, leniencies),
    ...labelRules(operand),
    ...inputRules(operand, reading),
  ];
  const { column, text } = operand;
  return candidates.map(({ code, breach, after, detail, helpers, mayRaise, ofNulls }, i) => ({
    code,
    column: column.name,
    breach: afterAll(candidates.slice(0, i), breach),
    bareBreach: breach,
    value: text,
    before: `${column.name}: `,
    after: ` ${after}`,
    ...(detail === undefined ? {} : { detail }),
    ...(helpers === undefined ? {} : { helpers }),
    ...(mayRaise === undefined ? {} : { mayRaise }),
    ...(ofNulls === undefined ? {} : { ofNulls }),
  }));
}

/** CASE keeps the order: what an earlier rule refused is not shown to the later ones. */
function afterAll(earlier: readonly Candidate[], breach: Sql): Sql {
  if (earlier.length === 0) return breach;
  const cases = earlier.map((rule) => sql`when ${rule.breach} then false`).reduce((all, next) => sql`${all} ${next}`);
  return sql`case ${cases} else ${breach} end`;
}
