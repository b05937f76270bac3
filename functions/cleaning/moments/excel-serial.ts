import { dateOfDay, digits, timeOfSeconds } from './calendar.ts';
import { misfitOfMoments } from '../fits.ts';
import type { CleaningStep, Unreadable } from '../step.ts';

/** 9999-12-31 in either system of days. */
const lastOf: Readonly<Record<string, number>> = { '1900': 2_958_465, '1904': 2_957_003 };
const names = Object.keys(lastOf);
const millisecondsOfDay = 86_400_000n;

/**
 * What spreadsheets keep for a date: days, and a fraction for the time. The system of 1900 begins with day 1 and has a
 * 29 February 1900 as its day 60, which never was; that of 1904 begins with 0.
 */
export const excelSerial: CleaningStep = {
  name: 'excelSerial',
  argument: names.join('|'),
  summary: "a spreadsheet's number of days since 1900 or 1904, written as 2024-12-31 or 2024-12-31 12:00:00",
  problem: ({ argument = '' }, column) =>
    names.includes(argument)
      ? misfitOfMoments('excelSerial gives dates', column)
      : `excelSerial takes ${names.join(' or ')} behind its colon: excelSerial:1900.`,
  cleaner: ({ argument = '' }, { plainForm }) => {
    const code = plainForm === 'date' ? 'INVALID_DATE' : 'INVALID_TIMESTAMP';
    const refuse = (words: string): Unreadable => ({ code, words });
    return {
      leaves: () => false,
      clean: (text) => {
        const [, whole, fraction = ''] = /^(\d{1,7})(?:\.(\d{1,20}))?$/.exec(text) ?? [];
        if (whole === undefined) return refuse(`is no number of days since ${argument}`);
        const ofDay = millisecondsOf(fraction);
        const serial = Number(whole) + Number(ofDay / millisecondsOfDay);
        const milliseconds = Number(ofDay % millisecondsOfDay);
        const day = dayOf(serial, argument);
        if (day === null) return refuse(`is no day of the calendar that counts from ${argument}`);
        if (plainForm === 'date' && milliseconds !== 0) return refuse('has a time of day, which a date does not keep');
        const isDate = plainForm === 'date' || (plainForm === 'text' && milliseconds === 0);
        return isDate ? dateOfDay(day) : `${dateOfDay(day)} ${timeText(milliseconds)}`;
      },
    };
  },
};

/** Days from 1970-01-01, or null where the system has no such day. */
function dayOf(serial: number, system: string): number | null {
  if (serial > (lastOf[system] ?? 0)) return null;
  if (system === '1904') return serial - 24_107;
  return serial === 0 || serial === 60 ? null : serial - (serial < 60 ? 25_568 : 25_569);
}

/** Rounded to the second, and where the fraction has eight digits or more, which is a millisecond, to that: what spreadsheets keep. */
function millisecondsOf(fraction: string): bigint {
  if (fraction === '') return 0n;
  const unit = fraction.length < 8 ? 1000n : 1n;
  const divisor = 10n ** BigInt(fraction.length) * unit;
  return ((BigInt(fraction) * millisecondsOfDay + divisor / 2n) / divisor) * unit;
}

function timeText(milliseconds: number): string {
  const rest = milliseconds % 1000;
  const time = timeOfSeconds(Math.floor(milliseconds / 1000));
  return rest === 0 ? time : `${time}.${digits(rest, 3)}`;
}
