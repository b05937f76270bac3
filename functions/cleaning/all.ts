import type { CleaningChoice } from '../core/contract.ts';
import { collapse, trim } from './texts/blanks.ts';
import { boolean } from './texts/booleans.ts';
import { lower, title, upper } from './texts/case.ts';
import { pad, strip } from './texts/codes.ts';
import { currency } from './numbers/currency.ts';
import { dateOnly } from './moments/date-only.ts';
import { date, timestamp } from './moments/dates.ts';
import { epoch } from './moments/epoch.ts';
import { excelSerial } from './moments/excel-serial.ts';
import { zone } from './moments/zone.ts';
import { group } from './numbers/groups.ts';
import { map } from './texts/map.ts';
import { defaultValue, empty, nullWord } from './texts/nulls.ts';
import { decimal, integer, parentheses, percent } from './numbers/numbers.ts';
import type { CleaningStep } from './step.ts';
import { replace } from './texts/replace.ts';
import { nfc } from './texts/unicode.ts';

/** Every step, in the order in which they are shown. */
export const cleaningSteps: readonly CleaningStep[] = [
  ...[trim, collapse, upper, lower, title, nfc],
  ...[nullWord, empty, defaultValue],
  ...[date, timestamp, zone, epoch, excelSerial, dateOnly],
  ...[decimal, group, currency, percent, parentheses, integer],
  ...[boolean, map, replace, strip, pad],
];

/** The step that people call so, or null. */
export function stepNamed(name: string): CleaningStep | null {
  return cleaningSteps.find((step) => step.name === name) ?? null;
}

/** What a contract has chosen. */
export function stepOf({ step }: CleaningChoice): CleaningStep {
  const found = stepNamed(step);
  if (found === null) throw new Error(`no cleaning step is called ${step}`);
  return found;
}
