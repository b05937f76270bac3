import { showText } from '../../words/did-you-mean.ts';

/** One of the six fields: what it counts, and which signs it knows beside numbers, lists, ranges and *. */
interface Field {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** Names in capitals; the first one stands for `least`. */
  readonly names: readonly string[];
  readonly steps: boolean;
  /** A single value that is more than a number: `L`, `15W`, `6L`, `2#1`. */
  readonly special: RegExp | null;
  readonly specialWords: string;
}

const plain = { names: [], steps: true, special: null, specialWords: '' } as const;

/** As EventBridge Scheduler documents them. */
const fields = {
  minutes: { ...plain, name: 'minutes', least: 0, most: 59 },
  hours: { ...plain, name: 'hours', least: 0, most: 23 },
  dayOfMonth: {
    ...plain,
    name: 'day-of-month',
    least: 1,
    most: 31,
    special: /^(L|([1-9]|[12]\d|3[01])W)$/u,
    specialWords: ', L (the last day) or 15W (the weekday nearest to the 15th)',
  },
  month: {
    ...plain,
    name: 'month',
    least: 1,
    most: 12,
    names: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
  },
  dayOfWeek: {
    name: 'day-of-week',
    least: 1,
    most: 7,
    names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'],
    steps: false,
    special: /^([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)?L$|^([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)#[1-5]$/u,
    specialWords: ', 6L (the last Friday) or 2#1 (the first Monday)',
  },
  year: { ...plain, name: 'year', least: 1970, most: 2199 },
} as const satisfies Record<string, Field>;

const order = ['minutes', 'hours', 'dayOfMonth', 'month', 'dayOfWeek', 'year'] as const;
const orderWords = 'minutes, hours, day-of-month, month, day-of-week and year';

/** What is wrong with the six fields of `cron(...)`, a sentence each. */
export function cronProblems(inside: string): readonly string[] {
  const parts = inside.trim().split(/\s+/u);
  if (parts.length !== order.length) {
    const crontab = parts.length === 5 ? '. A crontab line has five; the sixth, the year, is usually *' : '';
    return [`cron(...) needs six fields, ${orderWords}, and has ${inside.trim() === '' ? 0 : parts.length}${crontab}`];
  }
  const problems = order.flatMap((field, i) => fieldProblems(fields[field], parts[i] ?? ''));
  const [, , days = '', months = '', weekdays = ''] = parts;
  const all = [...problems, ...questionMarks(days, weekdays)];
  return all.length === 0 ? neverComes(days, months) : all;
}

/** A day is named in one way; the other field says so by a question mark. */
function questionMarks(days: string, weekdays: string): readonly string[] {
  if (days === '?' && weekdays === '?') {
    return ['day-of-month and day-of-week are both ?: one of them must say which days, * for every day'];
  }
  return days === '?' || weekdays === '?'
    ? []
    : ['day-of-month and day-of-week cannot both say which days: write ? in one of them, like cron(0 2 * * ? *)'];
}

function fieldProblems(field: Field, text: string): readonly string[] {
  if (text === '?' && field.special !== null) return [];
  if (text === '*' || field.special?.test(text) === true) return [];
  return text.split(',').flatMap((item) => {
    const problem = itemProblem(field, item);
    return problem === null ? [] : [`${field.name}: ${problem}`];
  });
}

function itemProblem(field: Field, item: string): string | null {
  const [range = '', step, ...more] = item.split('/');
  if (step !== undefined && !field.steps) return `${showText(item)} has a step, which it does not know`;
  if (more.length > 0 || (step !== undefined && !isStep(field, step))) {
    return `the step of ${showText(item)} must be a whole number from 1 to ${field.most}`;
  }
  if (range === '*' && step !== undefined) return null;
  const [first = '', last, ...others] = range.split('-');
  const bounds = last === undefined ? [first] : [first, last, ...others];
  const values = bounds.map((bound) => valueOf(field, bound));
  if (bounds.length > 2 || values.includes(null)) return `${showText(item)} is none of ${allowed(field)}`;
  const [from = 0, to = from] = values as readonly number[];
  return from > to ? `${showText(item)} runs backwards: write it as two ranges with a comma` : null;
}

function isStep(field: Field, step: string): boolean {
  return /^\d{1,4}$/u.test(step) && Number(step) >= 1 && Number(step) <= field.most;
}

function valueOf(field: Field, text: string): number | null {
  const named = field.names.indexOf(text);
  if (named !== -1) return field.least + named;
  if (!/^\d{1,4}$/u.test(text)) return null;
  return Number(text) >= field.least && Number(text) <= field.most ? Number(text) : null;
}

function allowed({ least, most, names, specialWords }: Field): string {
  const inWords = names.length === 0 ? '' : `, ${names[0]} to ${names.at(-1)}`;
  return `${least} to ${most}${inWords}, *${specialWords}`;
}

/** February has 29 days in some years. */
const daysOfMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** The 31st of February: a schedule that the service takes and that never comes. */
function neverComes(days: string, months: string): readonly string[] {
  const earliest = Math.min(...days.split(',').map((item) => Number(/^\d+/u.exec(item)?.[0] ?? 1)));
  const longest = Math.max(...valuesOf(fields.month, months).map((month) => daysOfMonth[month - 1] ?? 0));
  return earliest > longest
    ? [`day-of-month ${days} never comes in month ${months}: the longest of them has ${longest} days`]
    : [];
}

/** Every value that a checked field of plain values stands for. */
function valuesOf(field: Field, text: string): readonly number[] {
  const all = Array.from({ length: field.most - field.least + 1 }, (_, i) => field.least + i);
  return text.split(',').flatMap((item) => {
    const [range = '', step = '1'] = item.split('/');
    const [first = '', last] = range.split('-');
    const from = range === '*' ? field.least : (valueOf(field, first) ?? field.least);
    const open = range === '*' || item.includes('/') ? field.most : from;
    const to = last === undefined ? open : (valueOf(field, last) ?? field.most);
    return all.filter((value) => value >= from && value <= to && (value - from) % Number(step) === 0);
  });
}
