import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { fittingCharsets, wholeCharacters } from '../../../functions/decoding/charset/fitting.ts';
import type { Charset } from '../../../functions/decoding/charset/names.ts';

test.each<[Charset, readonly string[]]>([
  ['windows-1252', ['Doña Ana', 'Cañon – “west”', 'Zoë 5 €']],
  ['windows-1251', ['Съешь ещё этих мягких', 'французских булок']],
  ['shift_jis', ['日本語の表示', 'カタカナとひらがな']],
  ['gb18030', ['简体中文的记录', '北京市朝阳区']],
  ['euc-kr', ['한국어 기록입니다', '서울특별시']],
  ['windows-1253', ['Ξεσκεπάζω την ψυχοφθόρα']],
])('%s is the first of those in which its text is text', (charset, texts) => {
  const found = fittingCharsets(texts.map((text) => iconv.encode(text, charset)));
  expect(found).toContain(charset);
  expect(found.slice(0, 4)).toContain(charset);
});

test('what is no text in an encoding leaves it out', () => {
  const found = fittingCharsets([Buffer.from('a\x81b', 'latin1'), Buffer.from('Zoë', 'latin1')]);
  expect(found).not.toContain('windows-1252');
  expect(found).not.toContain('iso-8859-1');
  expect(found).toContain('cp850');
});

test('nothing is told by nothing', () => expect(fittingCharsets([])).toEqual([]));

test('a sample that is cut ends between two characters', () => {
  expect(
    wholeCharacters(iconv.encode('a,表\nb表', 'shift_jis').subarray(0, -1)).toString('latin1').endsWith('\n'),
  ).toBe(true);
  expect(wholeCharacters(Buffer.from('abc'))).toHaveLength(0);
});
