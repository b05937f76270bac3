import { isPlain, TIMESTAMPTZ } from '../../shared/plain-forms.ts';
import { lacksZone } from '../../shared/plain-moments.ts';
import { isOdd } from '../../shared/zone-jumps.ts';
import type { Scan } from '../scan.ts';

/** As isPlain; a moment without an offset is counted, and not plain where the zone has it never or twice. */
export function isPlainCell(scan: Scan, form: number, bytes: Buffer, start: number, end: number): boolean {
  if (!isPlain(form, bytes, start, end)) return false;
  if (form !== TIMESTAMPTZ || !lacksZone(bytes, start, end)) return true;
  scan.zoneless += 1;
  return scan.odd === null || !isOdd(scan.odd, bytes, start);
}
