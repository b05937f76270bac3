import { z } from 'zod';

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** What a person writes for a time: 30m, 24h, 7d, or ISO 8601. */
export const momentSchema = z.string().refine((text) => readMoment(text, new Date(0)) !== null, {
  error: ({ input }) => `"${String(input)}" is no time: write 24h, 7d, 2026-11-28 or 2026-11-28T06:00:00Z`,
});

/** `30m`, `24h` and `7d` ago, or a day or time as ISO 8601 has it, UTC where it names no zone; of what momentSchema let through. */
export function momentOf(text: string, now: Date): Date {
  const moment = readMoment(text, now);
  if (moment === null) throw new RangeError(`"${text}" is no time`);
  return moment;
}

function readMoment(text: string, now: Date): Date | null {
  const [, number, unit] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  if (number !== undefined && unit !== undefined) {
    return new Date(now.getTime() - Number(number) * unitMs[unit as keyof typeof unitMs]);
  }
  const [, day, time = 'T00:00:00', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? [];
  const moment = new Date(`${day}${time}${zone}`);
  return Number.isNaN(moment.getTime()) ? null : moment;
}
