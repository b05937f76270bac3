import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { didYouMean, nearNames, showList, showText } from '../../../functions/words/did-you-mean.ts';
import { parseTargetName, showTarget } from '../../../functions/core/target-name.ts';
import { anyCharacter } from './build.ts';

describe('near names', () => {
  test.each([
    ['Zip Code', ['city', 'zip_code'], ['zip_code']],
    ['tabel', ['name', 'table'], ['table']],
    ['amuont', ['amount', 'account'], ['amount']],
    ['order_id', ['id', 'customer_order_id'], ['customer_order_id']],
    ['xyz', ['id', 'name'], []],
    ['', ['id'], []],
    ['__proto__', ['id', 'proto'], ['proto']],
  ])('of %j among %j are %j', (name, known, near) => {
    expect(nearNames(name, known)).toEqual(near);
  });

  test('are at most three', () => {
    expect(didYouMean('name', ['name1', 'name2', 'name3', 'name4'])).toBe(
      ' Did you mean "name1" or "name2" or "name3"?',
    );
  });
});

describe('a name from outside', () => {
  test.each([
    ['plain', '"plain"'],
    ['a\nb\u001b[31m', String.raw`"a\nb\u001b[31m"`],
    ['right\u202eleft', String.raw`"right\u202eleft"`],
    ['say "x" \\', String.raw`"say \"x\" \\"`],
    ['\ud800', String.raw`"\ud800"`],
    ['日本', '"日本"'],
  ])('%j is shown as %s', (text, shown) => {
    expect(showText(text)).toBe(shown);
  });

  test('never brings control or format characters, nor more than 60 of its own', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 300 }), (text) => {
        expect(showText(text)).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
        expect(showText(text).length).toBeLessThanOrEqual(60 * 12 + 3);
      }),
    );
  });

  test('is listed with how many more there are', () => {
    expect(showList(['a', 'b', 'c'], 2)).toBe('"a", "b" and 1 more');
  });
});

describe('a target name', () => {
  test.each([
    ['orders', { schema: 'public', table: 'orders' }],
    ['sales.orders', { schema: 'sales', table: 'orders' }],
    ['Sales.Orders', { schema: 'Sales', table: 'Orders' }],
    ['"my.schema"."my ""table"""', { schema: 'my.schema', table: 'my "table"' }],
    [' sales.orders ', { schema: 'sales', table: 'orders' }],
    ['a.b.c', null],
    ['.orders', null],
    ['sales.', null],
    ['', null],
    ['"open', null],
  ])('%j is %j', (text, name) => {
    expect(parseTargetName(text)).toEqual(name);
  });

  test('reads back as it is shown', () => {
    const name = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(name, name, (schema, table) => {
        expect(parseTargetName(showTarget({ schema, table }))).toEqual({ schema, table });
      }),
    );
  });
});
