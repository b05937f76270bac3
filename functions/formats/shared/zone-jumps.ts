/**
 * Local times that a zone's clocks pass never or twice: [start, end) in seconds since 1970-01-01 00:00:00 of the local
 * clock. Those of the years to LAST_RULED_YEAR; what comes after repeats the last 28 of them.
 */
export interface ZoneJump {
  readonly start: number;
  readonly end: number;
}

/** Local times of one day, in its seconds: `[7200, 10800)`. */
type OddTimes = readonly { readonly from: number; readonly to: number }[];

/** The same by day, so that nearly all cells cost one look-up. */
export interface OddDays {
  /** By dayKey. */
  readonly days: ReadonlyMap<number, OddTimes>;
  /** Any year from 1 to 9999 -> the year up to LAST_RULED_YEAR whose days it has. */
  readonly ruledYear: Uint16Array;
}

/**
 * 28 years without a century's exception hold each kind of year (7 first days, leap or not), and a zone's last rule goes by
 * that alone. The newest rules that are listed year by year end in 2087 (Morocco, Gaza).
 */
export const LAST_RULED_YEAR = 2128;
const CYCLE_YEARS = 28;
const DAY_SECONDS = 86_400;

/** Null where there are none: then no cell is asked. */
export function oddDays(jumps: readonly ZoneJump[]): OddDays | null {
  if (jumps.length === 0) return null;
  const days = new Map<number, OddTimes>();
  for (const { start, end } of jumps) {
    for (let day = Math.floor(start / DAY_SECONDS); day * DAY_SECONDS < end; day += 1) {
      const midnight = day * DAY_SECONDS;
      const date = new Date(midnight * 1000);
      const key = dayKey(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate());
      const times = {
        from: Math.max(start, midnight) - midnight,
        to: Math.min(end, midnight + DAY_SECONDS) - midnight,
      };
      days.set(key, [...(days.get(key) ?? []), times]);
    }
  }
  return { days, ruledYear: ruledYears() };
}

/** Whether the local time that a plain moment begins with, `YYYY-MM-DD HH:MM:SS`, is one of those. */
export function isOdd({ days, ruledYear }: OddDays, bytes: Uint8Array, start: number): boolean {
  const year = ruledYear[two(bytes, start) * 100 + two(bytes, start + 2)] as number;
  const times = days.get(dayKey(year, two(bytes, start + 5), two(bytes, start + 8)));
  if (times === undefined) return false;
  const second = two(bytes, start + 11) * 3600 + two(bytes, start + 14) * 60 + two(bytes, start + 17);
  return times.some(({ from, to }) => second >= from && second < to);
}

function dayKey(year: number, month: number, day: number): number {
  return (year << 9) | (month << 5) | day;
}

function ruledYears(): Uint16Array {
  const byKind = new Map<number, number>();
  for (let year = LAST_RULED_YEAR - CYCLE_YEARS + 1; year <= LAST_RULED_YEAR; year += 1) byKind.set(kind(year), year);
  return Uint16Array.from({ length: 10_000 }, (_, year) =>
    year <= LAST_RULED_YEAR ? year : (byKind.get(kind(year)) as number),
  );
}

/** Which day of the week it begins with, and whether it has a 29 February. */
function kind(year: number): number {
  const before = year - 1;
  const firstDay = (year + Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400)) % 7;
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return firstDay * 2 + (isLeap ? 1 : 0);
}

/** Two bytes that are digits. */
function two(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) * 10 + (bytes[at + 1] as number) - 528;
}
