import { expect, it } from 'vitest';
import { headOfRecords } from '../../../functions/extract/trailing-lines.ts';

it('the last lines of a head are told by what ends its records, whatever stands between quotes', () => {
  const head = { bytes: Buffer.from('1,"x\r\ny"\r2,b\rtotal\r'), isAll: true };
  const of = (lineEnd: 'lf' | 'cr' | null, bytes = head.bytes): string =>
    headOfRecords({ ...head, bytes }, { rows: 1, hasHeader: false }, lineEnd).head.bytes.toString();
  expect(of('cr')).toBe('1,"x\r\ny"\r2,b\r');
  // nothing tells: a file with a line feed has lines that end with one
  expect(of(null, Buffer.from('1,a\n2,b\ntotal\n'))).toBe('1,a\n2,b\n');
  expect(of(null, Buffer.from('1,a\r2,b\rtotal\r'))).toBe('1,a\r2,b\r');
});
