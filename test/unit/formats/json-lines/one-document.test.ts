import { describe, expect, it } from 'vitest';
import { oneDocument } from '../../../../functions/formats/json-lines/one-document.ts';

describe('a file that is one JSON document', () => {
  it.each([
    ['an array over lines', '[\n{"id":1},\n{"id":2}\n]\n', '--format json'],
    ['an array that begins on its first line', '[{"id":1},\n{"id":2}]', '--format json'],
    ['an array of objects on one line', ' [{"id":1},{"id":2}]\n', '--format json'],
    ['an object over lines', '{\r\n  "id": 1\r\n}\n', '--format json'],
  ])('is told: %s', (_what, text, advice) => {
    expect(oneDocument(Buffer.from(text), true)).toContain(advice);
  });

  it.each([
    ['objects, one a line', '{"id":1}\n{"id":2}\n'],
    ['a first line that is a reject', '[1]\n{"id":2}\n'],
    ['a first line that is cut off', '{"id":1\n{"id":2}\n'],
    ['an array of which the end is not seen', `[${'1,'.repeat(100)}`],
    ['nothing', ''],
  ])('is not assumed of %s', (_what, text) => {
    expect(oneDocument(Buffer.from(text), false)).toBeNull();
  });
});
