import { expect, test } from 'vitest';
import { readDigestLines } from '../../../functions/extract/sidecars/digest-lines.ts';

const one = 'a'.repeat(32);
const other = 'b'.repeat(32);
const wanted = { name: 'o.csv', of: 'md5' } as const;

test.each([
  ['as md5sum prints it', `${one}  o.csv\n`],
  ['in binary', `${one} *o.csv\n`],
  ['in a folder', `${one}  ./out/o.csv\n`],
  ['of several files', `${other}  p.csv\n${one}  o.csv\n${other}  o.csv.gz\n`],
  ['in upper case, with CRLF', `${one.toUpperCase()}  o.csv\r\n`],
  ['twice the same', `${one}  o.csv\n${one}  old/o.csv\n`],
  ['alone', one],
])('a digest %s is found', (_, text) => {
  expect(readDigestLines(text, wanted)).toEqual({ digest: one });
});

test('a name that md5sum escapes is found', () => {
  expect(readDigestLines(`\\${one}  a\\\\b\\nc.csv`, { name: 'a\\b\nc.csv', of: 'md5' })).toEqual({
    digest: one,
  });
});

test.each([
  ['nothing', '\n', 'is empty'],
  ['another file alone', `${one}  p.csv\n`, 'has no line for o.csv'],
  ['two contents of one name', `${one}  o.csv\n${other}  o.csv\n`, 'has several digests for o.csv'],
  ['the digits of another digest', `${one}${one}  o.csv\n`, 'line 1 is not as md5sum prints it'],
  ['two digests without a name', `${one}\n${other}\n`, 'has no line for o.csv'],
])('a list of %s is told', (_, text, problem) => {
  const read = readDigestLines(text, wanted);
  expect('problems' in read && read.problems[0]).toContain(problem);
});
