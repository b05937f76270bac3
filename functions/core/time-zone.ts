import type { ContractColumn } from './contract.ts';

/** What a moment without an offset is read in where a contract of an earlier version names no zone. */
export const UTC = 'UTC';

/**
 * Whether a zone's clocks never jump, by its name alone: UTC under its names, and offsets as PostgreSQL prints those that
 * were set as numbers (`<+02>-02`). Other zones are asked for their jumps.
 */
export function isFixed(timeZone: string): boolean {
  return /^(?:(?:etc\/)?(?:utc|uct|gmt|zulu|universal|greenwich)|etc\/gmt[+-]?\d+|<[+-][\d:]+>[+-]?[\d:]+)$/i.test(
    timeZone,
  );
}

/** Whether a text without an offset means another value of this column in another zone: moments, and arrays and ranges of them. */
export function holdsMoments({ plainForm, judgedAsInput, type }: ContractColumn): boolean {
  return plainForm === 'timestamptz' || (judgedAsInput && /^(?:timestamp.* with time zone\[\]$|tstz)/.test(type));
}

/** Whether a rule of this column of days or moments without a zone asks what time it is where the load is. */
export function judgesByZone({ rules, graded }: Pick<ContractColumn, 'rules' | 'graded'>): boolean {
  return [rules, graded?.warn, graded?.refuse].some((each) => each?.notFuture === true || each?.notPast === true);
}
