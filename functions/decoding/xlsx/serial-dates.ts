import type { NumberKind } from './styles.ts';

const dayMilliseconds = 86_400_000;
/** Of the day behind 9999-12-31, the last of a spreadsheet. */
const lastSerial = 2_958_466;
/** Days of which each millisecond is a whole number of its own: 270,000 years. */
const mostElapsed = 1e8;
/** Days between the two epochs. */
const from1904 = 1_462;

/** Days since a workbook's epoch as the text that PostgreSQL reads; null where they are none, and the number stands. */
export function serialText(serial: number, kind: Exclude<NumberKind, 'number'>, since1904: boolean): string | null {
  if (kind === 'elapsed') return Math.abs(serial) < mostElapsed ? elapsedText(serial) : null;
  if (!(serial >= 0 && serial < lastSerial - (since1904 ? from1904 : 0))) return null;
  // a double holds a day of our time to 0.6 us; what is shown ends at milliseconds
  const milliseconds = Math.round(serial * dayMilliseconds);
  const day = Math.floor(milliseconds / dayMilliseconds);
  const rest = milliseconds - day * dayMilliseconds;
  if (kind === 'time' && day === 0) return timeText(rest);
  const date = dateText(day, since1904);
  return kind === 'date' && rest === 0 ? date : `${date} ${timeText(rest)}`;
}

/** The days before March 1900 count one less, since Excel has a 29 February 1900, as Lotus 1-2-3 had; that one and day 0 are no dates. */
function dateText(day: number, since1904: boolean): string {
  if (since1904) return isoDate(day + from1904);
  if (day === 0) return '1900-01-00';
  if (day === 60) return '1900-02-29';
  return isoDate(day < 60 ? day + 1 : day);
}

/** Of days since 1899-12-30. */
function isoDate(days: number): string {
  return new Date(Date.UTC(1899, 11, 30) + days * dayMilliseconds).toISOString().slice(0, 10);
}

function timeText(milliseconds: number): string {
  const text = new Date(milliseconds).toISOString().slice(11, 23);
  return text.endsWith('.000') ? text.slice(0, 8) : text;
}

/** Hours may be more than a day has. */
function elapsedText(serial: number): string {
  const all = Math.round(Math.abs(serial) * dayMilliseconds);
  const hours = Math.floor(all / 3_600_000);
  const rest = timeText(all % 3_600_000).slice(2);
  return `${serial < 0 && all > 0 ? '-' : ''}${String(hours).padStart(2, '0')}${rest}`;
}
