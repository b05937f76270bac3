import { describe, expect, it } from 'vitest';
import { ident, join, literal, sql, trustedSql } from '../../../functions/core/sql.ts';

describe('SQL as a value', () => {
  it('turns values into parameters and splices fragments, numbering them through', () => {
    const inner = sql`(a = ${1}) and (b = ${'x'})`;
    const outer = sql`select ${0} where ${inner} and ${join([sql`c = ${2}`, sql`d = ${3}`], ' and ')}`;
    expect(outer.text).toBe('select $1 where (a = $2) and (b = $3) and c = $4 and d = $5');
    expect(outer.values).toEqual([0, 1, 'x', 2, 3]);
  });

  it('never lets a value become SQL', () => {
    const hostile = `'; drop table t; --`;
    expect(sql`select ${hostile}`).toMatchObject({ text: 'select $1', values: [hostile] });
    expect(ident('a"b', `c'd; drop`).text).toBe(`"a""b"."c'd; drop"`);
    expect(literal(`it's`).text).toBe(`'it''s'`);
    expect(literal('back\\slash').text).toBe(` E'back\\\\slash'`);
  });

  it('joins nothing to nothing', () => {
    expect(join([]).text).toBe('');
    expect(sql`a${trustedSql('')}b`.text).toBe('ab');
  });
});
