import { UsageError } from './usage.ts';

/** For a verb that takes options only. */
export function noArguments(verb: string, positionals: readonly string[]): Record<string, never> {
  if (positionals.length > 0) throw new UsageError([`${verb} takes no arguments, not "${positionals.join(' ')}"`]);
  return {};
}

/** A count as typed: a whole number from 1 to `most`; undefined where it was not typed. */
export function readCount(option: string, typed: string | undefined, most = 999_999_999): number | undefined {
  if (typed === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(typed)) throw new UsageError([`--${option}: "${typed}" is not a whole number, 1 or more`]);
  if (Number(typed) > most) throw new UsageError([`--${option}: at most ${most} at once`]);
  return Number(typed);
}

/** The one table that a verb is about, as typed; functions/operate reads it. */
export function readTarget(positionals: readonly string[]): string {
  const [target, ...more] = positionals;
  if (target === undefined || more.length > 0)
    throw new UsageError([
      'say which table, such as public.orders: `landfall status` shows those in use and those paused',
    ]);
  return target;
}
