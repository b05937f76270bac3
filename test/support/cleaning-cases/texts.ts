import type { CleaningCase } from './cleaning-case.ts';

// biome-ignore format: a table reads best a few lines a step
export const textCases: readonly CleaningCase[] = [
  {
    type: 'text', steps: ['trim'],
    becomes: { ' a': 'a', 'a ': 'a', '  a b  ': 'a b', '\ta\t': 'a', '\u00a0a\u00a0': 'a', '\u3000a\u2003': 'a', ' \u00a0 a': 'a', 'a\n': 'a', '\r\na': 'a', ' ': '', '\u202f': '', '\u205fa': 'a', '\va\f': 'a' },
    stays: ['', 'a', 'a b', 'a  b', '\u200ba', 'a\ufeff', 'é', 'é è', '日本'],
  },
  {
    type: 'text', steps: ['collapse'],
    becomes: { 'a  b': 'a b', ' a   b ': 'a b', 'a\tb': 'a b', 'a\u00a0b': 'a b', 'a \u3000 b': 'a b', 'a\nb': 'a b', '   ': '' },
    stays: ['', 'a', 'a\u200bb', 'é'],
  },
  { type: 'text', steps: ['trim', 'collapse'], becomes: { ' a  b ': 'a b' }, stays: ['a b'] },
  { type: 'integer', steps: ['trim'], becomes: { ' 7 ': '7', '\u00a07': '7' }, stays: ['7'], refused: { INVALID_INTEGER: { ' ': '', ' x ': 'x' } } },
  { type: 'date', steps: ['trim'], becomes: { ' 2024-01-31': '2024-01-31' }, refused: { INVALID_DATE: { ' 31.01.2024': '31.01.2024' } } },
  { type: 'boolean', steps: ['trim', 'lower'], becomes: { ' TRUE': 'true', 'False ': 'false' } },
  {
    type: 'text', steps: ['upper'],
    becomes: { a: 'A', aBc: 'ABC', é: 'É', ü: 'Ü', ß: 'SS', straße: 'STRASSE', я: 'Я', σς: 'ΣΣ', ﬁ: 'FI', ı: 'I', ÿ: 'Ÿ', 'e\u0301': 'E\u0301', ǆ: 'Ǆ', 'a1 b': 'A1 B' },
    stays: ['', 'A', 'A B 1', '1', 'É', '日', 'İ', '😀'],
  },
  {
    type: 'text', steps: ['lower'],
    becomes: { A: 'a', ABC: 'abc', É: 'é', STRASSE: 'strasse', Я: 'я', ΟΔΟΣ: 'οδος', Σ: 'σ', İ: 'i\u0307', ẞ: 'ß', 'K': 'k' },
    stays: ['', 'a', 'ß', '1 b', 'ﬁ', '日'],
  },
  {
    type: 'text', steps: ['title'],
    becomes: {
      'ada lovelace': 'Ada Lovelace', 'ADA': 'Ada', 'jean-luc': 'Jean-Luc', "o'neil": "O'Neil", 'élan vital': 'Élan Vital', 'ÉCOLE': 'École', 'ß': 'Ss', 'ﬁn': 'Fin', 'ǆep': 'ǅep', 'ǄEP': 'ǅep',
      'яков': 'Яков', 'ab_cd': 'Ab_Cd', 'a.b': 'A.B', '3RD': '3rd', 'x': 'X', 'e\u0301te\u0301 ok': 'E\u0301te\u0301 Ok', ΑΣ: 'Ας', ᾳδης: 'ᾼδης', 'ὈΔΥΣΣΕΎΣ': 'Ὀδυσσεύς',
    },
    stays: ['', 'Ada', 'Ada Lovelace', 'A B', '3rd', '1', 'Élan', 'აბგ', '日本'],
  },
  {
    type: 'text', steps: ['nfc'],
    becomes: { 'e\u0301': 'é', 'u\u0308ber': 'über', 'A\u030a': 'Å', '\u212b': 'Å', '\u2126': 'Ω', 'q\u0307\u0323': 'q\u0323\u0307', '\u1100\u1161': '가' },
    stays: ['', 'a', 'é', 'über', '가', 'ﬁ', '\u0301'],
  },
  { type: 'varchar(3)', steps: ['upper'], becomes: { abc: 'ABC' }, refused: { TOO_LONG: { abcd: 'ABCD', straß: 'STRASS' } } },
  { type: 'varchar(3)', steps: ['trim'], becomes: { ' abc ': 'abc' }, refused: { TOO_LONG: { ' abcd': 'abcd' } } },
  { type: 'varchar(1)', steps: ['nfc'], becomes: { 'e\u0301': 'é' } },
  { type: 'uuid', steps: ['trim', 'lower'], becomes: { ' 7F3B1B0E-0000-4000-8000-000000000001 ': '7f3b1b0e-0000-4000-8000-000000000001' }, refused: { INVALID_UUID: { ' X': 'x' } } },
  { type: 'text', steps: ['upper', 'map:A=x'], becomes: { a: 'x', A: 'x', ab: 'AB' }, stays: ['B', ''] },
  { type: 'text', steps: ['map:A=x', 'upper'], becomes: { A: 'X', a: 'A' } },
  { type: 'text', steps: ['trim', 'null:A'], becomes: { ' A ': null, A: null, ' b': 'b' } },
  { type: 'text', steps: ['null:A', 'trim'], becomes: { ' A ': 'A', A: null } },
  {
    type: 'text', steps: ['strip:0'],
    becomes: { '007': '7', '000009': '9', '0': '0', '000': '0', '00a': 'a', '0 1': ' 1', '0.5': '.5' }, 
    stays: ['7', '', '-007', '10', ' 01', 'a0'],
  },
  { type: 'text', steps: ['strip:*'], becomes: { '**a*': 'a*', '***': '*' }, stays: ['a'] },
  { type: 'text', steps: ['strip:é'], becomes: { ééa: 'a' }, stays: ['èa'] },
  { type: 'integer', steps: ['strip:0'], becomes: { '007': '7', '000': '0' }, stays: ['-7'] },
  {
    type: 'text', steps: ['pad:6'],
    becomes: { '42': '000042', a: '00000a', '12345': '012345', '-42': '-00042', '+4': '+00004', é: '00000é', '😀': '00000😀', ' ': '00000 ' },
    stays: ['123456', '1234567', '', 'éééééé', '-12345'],
  },
  { type: 'text', steps: ['strip:0', 'pad:6'], becomes: { '00000042': '000042', '42': '000042', '0000001': '000001', '000': '000000' }, stays: ['123456'] },
  { type: 'varchar(5)', steps: ['pad:5'], becomes: { '1': '00001', '8001': '08001' }, refused: { TOO_LONG: { '123456': '123456' } } },
  { type: 'char(3)', steps: ['pad:3'], becomes: { '7': '007' }, stays: ['123'] },
];
