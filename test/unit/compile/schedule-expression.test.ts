import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expressionProblems } from '../../../functions/compile/schedule/schedule-expression.ts';

describe('an expression that EventBridge Scheduler documents', () => {
  test.each([
    'rate(1 minute)',
    'rate(5 minutes)',
    'rate(1 hour)',
    'rate(7 days)',
    'cron(15 10 * * ? *)',
    'cron(0 18 ? * MON-FRI *)',
    'cron(0 8 1 * ? *)',
    'cron(0/10 * ? * MON-FRI *)',
    'cron(0/5 8-17 ? * MON-FRI *)',
    'cron(0/30 20-23,0-2 ? * 2,4,6 *)',
    'cron(10 20 3W * ? *)',
    'cron(0 0 L * ? *)',
    'cron(15 12 ? * 6L 2022-2030)',
    'cron(0 9 ? * 2#1 *)',
    'cron(0 9 ? JAN,JUL TUE *)',
    'cron(0 0 29 2 ? *)',
    'cron(*/15 * * 1-11/2 ? *)',
  ])('%s is taken', (expression) => {
    expect(expressionProblems(expression)).toEqual([]);
  });
});

describe('an expression is refused in words', () => {
  test.each([
    ['', 'must be rate(1 day) or cron(0 2 * * ? *), not ""'],
    ['0 2 * * *', 'must be rate(1 day) or cron(0 2 * * ? *), not "0 2 * * *"'],
    ['at(2024-07-01T02:00:00)', 'at(...) comes once and is no schedule: write rate(...) or cron(...)'],
    ['rate(0 days)', 'rate(0 days) must be at least rate(1 day)'],
    ['rate(1 days)', 'rate(1 days) must be written rate(1 day)'],
    ['rate(2 day)', 'rate(2 day) must be written rate(2 days)'],
    ['rate(1 week)', 'rate(1 week) must hold a whole number and minutes, hours or days, like rate(15 minutes)'],
    [
      'cron(0 2 * * ?)',
      'cron(...) needs six fields, minutes, hours, day-of-month, month, day-of-week and year, and has 5. A crontab line has five; the sixth, the year, is usually *',
    ],
    ['cron()', 'cron(...) needs six fields, minutes, hours, day-of-month, month, day-of-week and year, and has 0'],
    [
      'cron(0 2 * * * *)',
      'day-of-month and day-of-week cannot both say which days: write ? in one of them, like cron(0 2 * * ? *)',
    ],
    ['cron(0 2 ? * ? *)', 'day-of-month and day-of-week are both ?: one of them must say which days, * for every day'],
    ['cron(60 2 * * ? *)', 'minutes: "60" is none of 0 to 59, *'],
    ['cron(? 2 * * ? *)', 'minutes: "?" is none of 0 to 59, *'],
    ['cron(0 2 * 13 ? *)', 'month: "13" is none of 1 to 12, JAN to DEC, *'],
    ['cron(0 2 * jan ? *)', 'month: "jan" is none of 1 to 12, JAN to DEC, *'],
    [
      'cron(0 2 ? * 0 *)',
      'day-of-week: "0" is none of 1 to 7, SUN to SAT, *, 6L (the last Friday) or 2#1 (the first Monday)',
    ],
    [
      'cron(0 2 ? * 2#6 *)',
      'day-of-week: "2#6" is none of 1 to 7, SUN to SAT, *, 6L (the last Friday) or 2#1 (the first Monday)',
    ],
    ['cron(0 2 ? * 2/2 *)', 'day-of-week: "2/2" has a step, which it does not know'],
    ['cron(0 22-2 * * ? *)', 'hours: "22-2" runs backwards: write it as two ranges with a comma'],
    ['cron(0/0 2 * * ? *)', 'minutes: the step of "0/0" must be a whole number from 1 to 59'],
    ['cron(0, 2 * * ? *)', 'minutes: "" is none of 0 to 59, *'],
    ['cron(0 2 31 2,4 ? *)', 'day-of-month 31 never comes in month 2,4: the longest of them has 30 days'],
    ['cron(0 2 30-31 FEB ? *)', 'day-of-month 30-31 never comes in month FEB: the longest of them has 29 days'],
  ])('%j', (expression, problem) => {
    expect(expressionProblems(expression)).toEqual([problem]);
  });

  test('with every problem that it has', () => {
    expect(expressionProblems('cron(60 24 0 JAM 8 1969)').map((problem) => problem.split(':')[0])).toEqual([
      'minutes',
      'hours',
      'day-of-month',
      'month',
      'day-of-week',
      'year',
      'day-of-month and day-of-week cannot both say which days',
    ]);
  });
});

interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly steps: boolean;
}

/** A field as text, beside the values that it stands for. */
interface Drawn {
  readonly text: string;
  readonly values: readonly number[];
}

function upTo({ least, most }: Bounds, step = 1, from = least): readonly number[] {
  return Array.from({ length: most - least + 1 }, (_, i) => least + i).filter(
    (value) => value >= from && (value - from) % step === 0,
  );
}

/** Any item that the field takes, with the values it means, said by this test alone. */
function item(bounds: Bounds): fc.Arbitrary<Drawn> {
  const { least, most } = bounds;
  const value = fc.integer({ min: least, max: most });
  const range = fc.tuple(value, value).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
  const step = fc.integer({ min: 1, max: Math.min(most, 59) });
  const stepped = [
    fc.tuple(value, step).map(([from, by]) => ({ text: `${from}/${by}`, values: upTo(bounds, by, from) })),
    fc.tuple(range, step).map(([[from, to], by]) => ({
      text: `${from}-${to}/${by}`,
      values: upTo(bounds, by, from).filter((each) => each <= to),
    })),
  ];
  return fc.oneof(
    value.map((each) => ({ text: String(each), values: [each] })),
    range.map(([from, to]) => ({ text: `${from}-${to}`, values: upTo(bounds, 1, from).filter((each) => each <= to) })),
    ...(bounds.steps ? stepped : []),
  );
}

function field(bounds: Bounds): fc.Arbitrary<Drawn> {
  const list = fc.array(item(bounds), { minLength: 1, maxLength: 3 }).map((items) => ({
    text: items.map(({ text }) => text).join(','),
    values: items.flatMap(({ values }) => values),
  }));
  return fc.oneof(
    { weight: 1, arbitrary: fc.constant({ text: '*', values: upTo(bounds) }) },
    { weight: 4, arbitrary: list },
  );
}

const days = { least: 1, most: 31, steps: true };
const drawn = {
  minutes: field({ least: 0, most: 59, steps: true }),
  hours: field({ least: 0, most: 23, steps: true }),
  month: field({ least: 1, most: 12, steps: true }),
  year: field({ least: 1970, most: 2199, steps: true }),
};

describe('any cron expression', () => {
  test('of days of the month is taken exactly where one of its days is in a calendar', () => {
    const comes = (day: number, month: number): boolean =>
      new Date(Date.UTC(2024, month - 1, day)).getUTCMonth() === month - 1;
    fc.assert(
      fc.property(fc.record({ ...drawn, days: field(days) }), ({ minutes, hours, days: dayOfMonth, month, year }) => {
        const expression = `cron(${[minutes, hours, dayOfMonth, month].map(({ text }) => text).join(' ')} ? ${year.text})`;
        const isInCalendar = dayOfMonth.values.some((day) => month.values.some((each) => comes(day, each)));
        expect(expressionProblems(expression).length, expression).toBe(isInCalendar ? 0 : 1);
      }),
      { numRuns: 300 },
    );
  });

  test('of days of the week is taken', () => {
    const weekdays = field({ least: 1, most: 7, steps: false });
    fc.assert(
      fc.property(fc.record({ ...drawn, weekdays }), ({ minutes, hours, weekdays: dayOfWeek, month, year }) => {
        const expression = `cron(${minutes.text} ${hours.text} ? ${month.text} ${dayOfWeek.text} ${year.text})`;
        expect(expressionProblems(expression), expression).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test('with a number past its field is refused by the name of the field', () => {
    const most = [59, 23, 31, 12, 7, 2199];
    const names = ['minutes', 'hours', 'day-of-month', 'month', 'day-of-week', 'year'];
    fc.assert(
      fc.property(fc.nat({ max: 5 }), fc.integer({ min: 1, max: 5000 }), (place, past) => {
        const parts = place === 4 ? ['0', '2', '?', '*', '2', '*'] : ['0', '2', '1', '*', '?', '*'];
        parts[place] = String((most[place] ?? 0) + past);
        const [problem = '', ...others] = expressionProblems(`cron(${parts.join(' ')})`);
        expect(others).toEqual([]);
        expect(problem.startsWith(`${names[place]}: "${parts[place]}" is none of `), problem).toBe(true);
      }),
    );
  });

  test('whatever is in it, it is judged and never thrown at', () => {
    const signs = fc.stringMatching(/^[0-9A-Z*?/,#LW -]{0,30}$/u);
    fc.assert(fc.property(signs, (inside) => Array.isArray(expressionProblems(`cron(${inside})`))));
  });
});
