import fc from 'fast-check';
import type { ReferenceTable } from './reference.ts';

/** The table that objects here are read into: one column of each kind that is read differently. */
export const table: Omit<ReferenceTable, 'maxRecordBytes'> = {
  columns: [
    { form: 'int8', json: null },
    { form: 'text', json: null },
    { form: 'numeric', json: null },
    { form: 'text', json: 'jsonb' },
    { form: 'text', json: 'json' },
    { form: 'boolean', json: null },
    { form: 'text', json: 'jsonb' },
  ],
  // "ID" and "id" fill one column, as headers do whatever their case
  meaningOf: (key) => {
    if (key.startsWith('x')) return 'captured';
    if (key.startsWith('i_')) return 'ignored';
    const position = ['id', 'name', 'amount', 'doc', 'raw', 'ok', 'rest'].indexOf(key.toLowerCase());
    return position === -1 ? null : position;
  },
  captureColumn: 6,
};

const keys = [
  'id',
  'id',
  'name',
  'name',
  'amount',
  'doc',
  'raw',
  'ok',
  'rest',
  'ID',
  'x1',
  'x"2',
  'i_a',
  'i_b',
  'what',
  '',
];
const characters = [
  'a',
  ' ',
  'é',
  '日',
  '🦉',
  '"',
  '\\',
  '/',
  '\n',
  '\t',
  '\r',
  '\b',
  '\f',
  '\u0001',
  '\u2028',
  '\\N',
  '12',
];

/** A text as a JSON string, each character in one of its spellings. */
function spelled(text: string, spellings: readonly number[]): string {
  const short: Readonly<Record<string, string>> = {
    '"': '\\"',
    '\\': '\\\\',
    '\n': '\\n',
    '\t': '\\t',
    '\r': '\\r',
    '\b': '\\b',
    '\f': '\\f',
  };
  const units = (character: string): string =>
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join('');
  const spell = (character: string, i: number): string => {
    const spelling = spellings[i % spellings.length] ?? 0;
    if (spelling === 0) return units(character);
    if (character === '/' && spelling === 1) return '\\/';
    return short[character] ?? (character < ' ' ? units(character) : character);
  };
  return `"${[...text].map(spell).join('')}"`;
}

const spellings = fc.array(fc.nat(4), { minLength: 1, maxLength: 5 });
const anyString = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.array(fc.constantFrom(...characters), { maxLength: 5 }), spellings)
      .map(([parts, how]) => spelled(parts.join(''), how)),
  },
  fc.constantFrom('"\\u0000"', '"\\ud83d"', '"\\udc00x"', '"\\uD83D\\uDE00"', '"\\ud83d\\ud83d\\ude00"', '""'),
);
const anyNumber = fc.constantFrom(
  '0',
  '-0',
  '7',
  '-12',
  '3.14',
  '1E5',
  '1.5e-7',
  '12345678901234567890123456789',
  '0.10',
);
const anyScalar = fc.oneof(anyString, anyNumber, fc.constantFrom('true', 'false', 'null'));
const anyBlank = fc.constantFrom('', '', '', ' ', '\t', '\r ');
const anyKey = fc.tuple(fc.constantFrom(...keys), spellings).map(([key, how]) =>
  spelled(
    key,
    how.map((n) => n + (n === 0 ? 0 : 1)),
  ),
);

const anyValue = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    { weight: 5, arbitrary: anyScalar },
    fc
      .tuple(anyBlank, fc.array(tie('value'), { maxLength: 3 }))
      .map(([blank, all]) => `[${blank}${all.join(`${blank},`)}]`),
    fc
      .array(fc.tuple(fc.constantFrom('"a"', '"b"', '"\\u0061"', '"k\\\\"'), tie('value')), { maxLength: 3 })
      .map((all) => `{${all.map(([key, value]) => `${key} :${value}`).join(',')}}`),
  ),
})).value;

const anyObjectText = fc
  .tuple(fc.uniqueArray(fc.tuple(anyKey, anyValue), { selector: ([key]) => key, maxLength: 6 }), anyBlank)
  .map(
    ([entries, blank]) =>
      `${blank}{${entries.map(([key, value]) => `${blank}${key}${blank}:${blank}${value}${blank}`).join(',')}}${blank}`,
  );

const scraps = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '\\u00',
  '\\x',
  '01',
  '.5',
  '1.',
  'NaN',
  "'a'",
  'tru',
  'null',
  '//',
  '\u0000',
  '\n',
  '\r',
  ' ',
];
const brokenUtf8 = [Buffer.from([0xff]), Buffer.from([0xc3])];

/** A line: mostly an object; some with a scrap put in somewhere, or cut off there; some blank; some other values. */
const anyLine: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 6, arbitrary: anyObjectText.map((text) => Buffer.from(text)) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        anyObjectText,
        fc.nat(),
        fc.oneof(
          fc.constantFrom(...scraps).map((scrap) => Buffer.from(scrap)),
          fc.constantFrom(...brokenUtf8),
        ),
        fc.boolean(),
      )
      .map(([text, place, scrap, isCut]) => {
        const bytes = Buffer.from(text);
        const at = place % (bytes.length + 1);
        return Buffer.concat([bytes.subarray(0, at), scrap, isCut ? Buffer.alloc(0) : bytes.subarray(at)]);
      }),
  },
  fc.constantFrom('', ' ', '\t\r', '\r').map((blank) => Buffer.from(blank)),
  anyValue.map((text) => Buffer.from(text)),
);

/** Any object of such lines, each ended as it comes, the last one perhaps by nothing. */
export const anyLines: fc.Arbitrary<Buffer> = fc
  .tuple(fc.array(fc.tuple(anyLine, fc.constantFrom('\n', '\n', '\r\n')), { maxLength: 8 }), fc.boolean())
  .map(([lines, endsAtOnce]) => {
    const parts = lines.flatMap(([line, end]) => [line, Buffer.from(end)]);
    return Buffer.concat(endsAtOnce ? parts.slice(0, -1) : parts);
  });
