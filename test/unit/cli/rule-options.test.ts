import { describe, expect, test } from 'vitest';
import { readRules } from '../../../cli/typed/rule-options.ts';

function read(...typed: string[]): { rules: unknown; problems: readonly string[] } {
  const problems: string[] = [];
  return { rules: readRules(typed, problems).rules, problems };
}

describe('--rule', () => {
  test.each<[string[], object]>([
    [['n=required,min:0,max:10.5'], { n: { required: true, min: '0', max: '10.5' } }],
    [
      ['n=min:-1', 'n=max:1', 'm=notFuture,notPast'],
      { n: { min: '-1', max: '1' }, m: { notFuture: true, notPast: true } },
    ],
    [['at=min:2024-01-01 10:00:00Z'], { at: { min: '2024-01-01 10:00:00Z' } }],
    [['c=length:1-20'], { c: { minLength: 1, maxLength: 20 } }],
    [
      ['c=length:-20', 'd=length:3-', 'e=length:2'],
      { c: { maxLength: 20 }, d: { minLength: 3 }, e: { minLength: 2, maxLength: 2 } },
    ],
    [['c=minLength:1,maxLength:2'], { c: { minLength: 1, maxLength: 2 } }],
    [
      [String.raw`c=pattern:^\d{2\,3}:[a-z]=$,required`],
      { c: { pattern: String.raw`^\d{2,3}:[a-z]=$`, required: true } },
    ],
    [[String.raw`c=oneOf:a|b\|c|d\,e|`], { c: { oneOf: ['a', 'b|c', 'd,e', ''] } }],
    [
      ['n=min:1,severity:warn', 'n=max:2', 'm=required,severity:refuse'],
      { n: { min: '1', max: '2', severity: { min: 'warn' } }, m: { required: true, severity: { required: 'refuse' } } },
    ],
  ])('%s', (typed, rules) => {
    expect(read(...typed)).toEqual({ rules, problems: [] });
  });

  test('tells all that is wrong at once', () => {
    expect(
      read('n', '=min:1', 'n=min:1,min:2,requird,length:a,min,required:yes,severity:fatal').problems,
    ).toMatchInlineSnapshot(`
      [
        "--rule: "n" is not COLUMN=RULE,...; write --rule amount=required,min:0",
        "--rule: "=min:1" is not COLUMN=RULE,...; write --rule amount=required,min:0",
        "--rule: n has min twice",
        "--rule: "requird" is no rule. Did you mean "required"? There are required, min:VALUE, max:VALUE, length:LEAST-MOST, minLength:N, maxLength:N, pattern:EXPRESSION, oneOf:A|B, notFuture, notPast, unique, lookup:SCHEMA.TABLE(COLUMN) or lookup:@FILE, maxNullShare:SHARE, distinctAtLeast:N, severity:reject|warn|refuse; a comma inside a value is written \\,",
        "--rule: "length:a" is not as it is written: length:LEAST-MOST",
        "--rule: "min" is not as it is written: min:VALUE",
        "--rule: "required:yes" is not as it is written: required",
        "--rule: "severity:fatal" is not as it is written: severity:reject|warn|refuse",
      ]
    `);
  });
});
