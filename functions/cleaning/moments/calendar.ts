/** Days from 1970-01-01 to the last one of year 9999, and to the first one of year 1. */
export const lastDay = 2_932_896;
export const firstDay = -719_162;

/** Whether the Gregorian calendar has the day, in the years 1 to 9999. */
export function isDay(year: number, month: number, day: number): boolean {
  return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
}

function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** `2024-12-31`. */
export function dateText(year: number, month: number, day: number): string {
  return `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;
}

/** A day counted from 1970-01-01, between firstDay and lastDay. */
export function dateOfDay(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}

/** Seconds of a day as `22:30:00`. */
export function timeOfSeconds(seconds: number): string {
  return `${digits(Math.floor(seconds / 3600), 2)}:${digits(Math.floor(seconds / 60) % 60, 2)}:${digits(seconds % 60, 2)}`;
}

/** A number of so many digits at least. */
export function digits(value: number, length: number): string {
  const text = String(value);
  return text.length < length ? '0'.repeat(length - text.length) + text : text;
}
