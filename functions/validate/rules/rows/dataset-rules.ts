import type { RejectCode } from '../../../protocol/reject-codes.ts';
import type { PlainForm } from '../../../core/contract.ts';
import { literal, type Sql, sql } from '../../../core/sql.ts';
import { integer, type Operand, type Rule, textArray } from '../rule.ts';
import { isMoment, momentBound, momentRules, type MomentOfLoad } from './moment-rules.ts';

/** The extra rules of the dataset. A column can break several at once; an empty cell breaks none of these. */
export function datasetRules(operand: Operand, moment: MomentOfLoad): readonly Rule[] {
  const { column, text } = operand;
  const { min, max, minLength, maxLength, pattern, oneOf, lookup } = column.rules;
  const value = column.stagingType === 'text' ? operand.value : sql`${operand.value}::pg_catalog.text`;
  const compared = isMoment(column) ? operand.value : numberOf(operand);
  const bound = (written: string): Sql =>
    isMoment(column) ? momentBound(column, written, moment.timeZone) : sql`${literal(written)}::numeric`;
  const rule = (code: RejectCode, breach: Sql, after: string): Rule => ({
    code,
    column: column.name,
    breach,
    value: text,
    before: `${column.name}: `,
    after: ` ${after}`,
  });
  return [
    ...(min === undefined
      ? []
      : [
          rule(
            'BELOW_MINIMUM',
            sql`${compared} operator(pg_catalog.<) ${bound(min)}`,
            isMoment(column) ? `is before ${min}` : `is smaller than ${min}`,
          ),
        ]),
    ...(max === undefined
      ? []
      : [
          rule(
            'ABOVE_MAXIMUM',
            sql`${compared} operator(pg_catalog.>) ${bound(max)}`,
            isMoment(column) ? `is after ${max}` : `is larger than ${max}`,
          ),
        ]),
    ...(minLength === undefined
      ? []
      : [
          rule(
            'TOO_SHORT',
            sql`pg_catalog.char_length(${value}) operator(pg_catalog.<) ${integer(minLength)}`,
            `has fewer than ${minLength} characters`,
          ),
        ]),
    ...(maxLength === undefined
      ? []
      : [
          rule(
            'TOO_LONG',
            sql`pg_catalog.char_length(${value}) operator(pg_catalog.>) ${integer(maxLength)}`,
            `has more than the ${maxLength} characters of the dataset`,
          ),
        ]),
    ...(pattern === undefined
      ? []
      : [rule('PATTERN', sql`${value} operator(pg_catalog.!~) ${literal(pattern)}`, `does not match ${pattern}`)]),
    ...(oneOf === undefined || oneOf.length === 0
      ? []
      : [
          rule(
            'NOT_ALLOWED',
            notOneOf(operand, oneOf),
            `is none of ${oneOf.slice(0, 10).join(', ')}${oneOf.length > 10 ? ', ...' : ''}`,
          ),
        ]),
    ...(lookup !== undefined && 'values' in lookup
      ? [rule('LOOKUP', notOneOf(operand, lookup.values), `is not in the list ${lookup.from}`)]
      : []),
    ...momentRules(operand, moment),
  ];
}

const numbers: readonly PlainForm[] = ['int2', 'int4', 'int8', 'numeric', 'float8'];

/** Compared as numeric, so that no digit is lost; floats by their shortest text, which is what a person wrote. */
function numberOf({ column, value }: Operand): Sql {
  return column.plainForm === 'float8' ? sql`${value}::pg_catalog.text::numeric` : sql`${value}::numeric`;
}

function notOneOf(operand: Operand, oneOf: readonly string[]): Sql {
  if (!numbers.includes(operand.column.plainForm))
    return sql`${operand.value} operator(pg_catalog.<>) all (${textArray(oneOf)})`;
  // what is no number can be no column's value
  const allowed = oneOf.filter((text) => /^[+-]?\d+(\.\d+)?$/u.test(text));
  if (allowed.length === 0) return sql`${operand.value} is not null`;
  return sql`${numberOf(operand)} operator(pg_catalog.<>) all (${textArray(allowed)}::numeric[])`;
}
