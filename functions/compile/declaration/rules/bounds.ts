const decimal = /^[+-]?\d+(\.\d+)?$/u;
const day = /^(\d{4})-(\d{2})-(\d{2})(.*)$/u;
const timeOfDay = /^[ T](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?$/u;
const offset = /(?:Z|[+-]\d{2}(?::?\d{2})?)$/u;

/** What `min` and `max` may be compared with. */
type BoundKind = 'number' | 'day' | 'moment' | 'zonedMoment';

/** Which of them a text is; null: none. Days that no calendar has are none. */
export function boundKind(text: string): BoundKind | null {
  if (decimal.test(text)) return 'number';
  const [, year, month, date, rest = ''] = day.exec(text) ?? [];
  if (year === undefined || !isDay(`${year}-${month}-${date}`)) return null;
  if (rest === '') return 'day';
  if (timeOfDay.test(rest)) return 'moment';
  return timeOfDay.test(rest.replace(offset, '')) && offset.test(rest) ? 'zonedMoment' : null;
}

/** Whether `min` and `max` may be this. */
export function isBound(text: string): boolean {
  return boundKind(text) !== null;
}

/** Whether one bound is above the other, where both are numbers or both days; of moments zones decide. */
export function isAbove(one: string, other: string): boolean {
  const kinds = [boundKind(one), boundKind(other)];
  if (kinds.every((kind) => kind === 'day')) return one > other;
  if (!kinds.every((kind) => kind === 'number')) return false;
  const places = Math.max(...[one, other].map((text) => fractionOf(text).length));
  const [left = 0n, right = 0n] = [one, other].map((text) => {
    const fraction = fractionOf(text);
    return (
      BigInt((fraction === '' ? text : text.replace('.', '')).replace('+', '')) *
      10n ** BigInt(places - fraction.length)
    );
  });
  return left > right;
}

function fractionOf(text: string): string {
  return text.split('.')[1] ?? '';
}

function isDay(text: string): boolean {
  const found = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(found.getTime()) && found.toISOString().startsWith(text);
}
