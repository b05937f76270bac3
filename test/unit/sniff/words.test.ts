import { expect, test } from 'vitest';
import { readRecordEnd } from '../../../cli/typed/reading/reading-options.ts';
import { fieldsSaying, optionsSaying, saidFields } from '../../../functions/sniff/words.ts';

test.each(['~', '|\n', '\u001e', ';;\r\n', '\\~', '\u007f\t'])(
  'a record end is said as it is typed: %j',
  (recordEnd) => {
    const format = { kind: 'csv', delimiter: ',', recordEnd } as const;
    const [, typed = ''] = /--record-end (.*)$/.exec(optionsSaying(format, saidFields(format))) ?? [];
    const word = typed.startsWith("'") ? typed.slice(1, -1) : typed;
    const problems: string[] = [];
    expect(readRecordEnd(word, problems)).toBe(recordEnd);
    expect(problems).toEqual([]);
    expect(fieldsSaying(format, ['recordEnd'])).toBe(`recordEnd: ${JSON.stringify(recordEnd)}`);
  },
);
