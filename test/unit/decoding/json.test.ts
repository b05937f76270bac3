import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DecodingFault } from '../../../functions/decoding/decoder.ts';
import { json } from '../../../functions/decoding/json/json.ts';
import { keysOfPath, pointerOf } from '../../../functions/core/format/json-path.ts';
import { sound, unsound } from './json-documents.ts';

interface Read {
  readonly lines: string;
  readonly fault: DecodingFault | null;
}

async function read(document: string | Buffer, path = '', cuts: readonly number[] = []): Promise<Read> {
  const bytes = Buffer.from(document);
  const ends = [...new Set([...cuts, bytes.length])].filter((end) => end <= bytes.length).toSorted((a, b) => a - b);
  const chunks = async function* (): AsyncGenerator<Buffer> {
    for (const [i, end] of ends.entries()) yield bytes.subarray(ends[i - 1] ?? 0, end);
  };
  const lines: Buffer[] = [];
  try {
    const source = { sizeBytes: null, chunks, read: null };
    for await (const chunk of json.decode(source, pointerOf(keysOfPath(path) ?? [])).chunks) lines.push(chunk);
  } catch (error) {
    if (!(error instanceof DecodingFault)) throw error;
    return { lines: Buffer.concat(lines).toString('latin1'), fault: error };
  }
  return { lines: Buffer.concat(lines).toString('latin1'), fault: null };
}

const everyByte = (document: string | Buffer): readonly number[] => [...Buffer.from(document).keys()].slice(0, 3_000);

/** What JSON.parse makes of the document, whose numbers are those of the document where they are small. */
function recordsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

describe('a document of JSON', () => {
  test('there are over 200 of them here', () => {
    expect(Object.keys(sound).length + Object.keys(unsound).length).toBeGreaterThan(200);
  });

  test.each(Object.entries(sound))('that is sound is read: %s', async (_, document) => {
    const whole = await read(document);
    expect(whole.fault).toBeNull();
    const records = whole.lines.split('\n').slice(0, -1);
    expect(records.map((line) => JSON.parse(Buffer.from(line, 'latin1').toString('utf8')) as unknown)).toEqual(
      recordsOf(JSON.parse(document.toString().replace(/^\ufeff/, ''))),
    );
    expect(await read(document, '', everyByte(document))).toStrictEqual(whole);
  });

  test.each(Object.entries(unsound))('that is none is refused: %s', async (_, document) => {
    const { fault } = await read(document);
    expect(fault).toMatchObject({ code: 'JSON_CORRUPT' });
    expect(fault?.byte).toBeLessThanOrEqual(Buffer.from(document).length);
    expect((await read(document, '', everyByte(document))).fault).toMatchObject({
      byte: fault?.byte,
      message: fault?.message,
    });
  });

  test('is taken or refused as JSON.parse does it, whatever a byte of it is changed to', async () => {
    const text = '[{"a":[1,-0.5e+3,true],"b":{"c":null}},\n {"d":"\\u00e9\\"","e":false} ]';
    const byte = fc.constantFrom(...Array.from('[]{},:"\\ \n0123456789.eE+-truefalsn\tau'));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(text.length - 1), fc.nat(2), byte), { minLength: 1, maxLength: 3 }),
        fc.array(fc.nat(80), { maxLength: 4 }),
        async (edits, cuts) => {
          let edited = text;
          for (const [at, drop, put] of edits) edited = edited.slice(0, at) + put + edited.slice(at + drop);
          let value: unknown;
          try {
            value = JSON.parse(edited);
          } catch {
            expect((await read(edited, '', cuts)).fault?.code).toBe('JSON_CORRUPT');
            return;
          }
          const { lines, fault } = await read(edited, '', cuts);
          expect(fault).toBeNull();
          const records = Buffer.from(lines, 'latin1').toString('utf8').split('\n').slice(0, -1);
          expect(records.map((line) => JSON.parse(line) as unknown)).toEqual(recordsOf(value));
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('becomes its records at any cut, by their own bytes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 5 }),
        fc.constantFrom('', ' ', '\n', '\r\n\t'),
        fc.array(fc.nat(300), { maxLength: 6 }),
        async (values, blanks, cuts) => {
          const texts = values.map((value) => JSON.stringify(value, null, blanks));
          const document = `${blanks}[${blanks}${texts.join(`${blanks},${blanks}`)}${blanks}]${blanks}`;
          const { lines, fault } = await read(document, '', cuts);
          expect(fault).toBeNull();
          const expected = texts.map((text) => `${text.replaceAll(/[\r\n]/g, ' ')}\n`).join('');
          expect(Buffer.from(lines, 'latin1').toString('utf8')).toBe(expected);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('larger than a chunk is read in pieces of any size', async () => {
    const records = Array.from({ length: 9_000 }, (_, i) => `{"id":${i},"name":"${'x'.repeat(i % 90)}"}`);
    const document = `[\n${records.join(',\n')}\n]`;
    const cuts = Array.from({ length: 40 }, (_, i) => i * i * 317);
    for (const at of [[], cuts]) {
      expect((await read(document, '', at)).lines).toBe(records.map((record) => `${record}\n`).join(''));
    }
  });

  test('hands a record out as it comes, and holds none whole', async () => {
    const piece = Buffer.alloc(65_536, 'x');
    let pieces = 0;
    const chunks = async function* (): AsyncGenerator<Buffer> {
      yield Buffer.from('[{"a":"');
      for (; pieces < 100; pieces += 1) yield piece;
      yield Buffer.from('"}]');
    };
    let written = 0;
    for await (const chunk of json.decode({ sizeBytes: null, chunks, read: null }, undefined).chunks) {
      written += chunk.length;
      expect(written).toBeGreaterThanOrEqual(pieces * piece.length);
    }
    expect(written).toBe(100 * piece.length + '{"a":""}\n'.length);
  });

  test('keeps every digit', async () => {
    expect((await read('[{"a":12345678901234567890.10,"b":1E400,"c":-0.0}]')).lines).toBe(
      '{"a":12345678901234567890.10,"b":1E400,"c":-0.0}\n',
    );
  });

  test('tells the byte, the line, the column and the record of what is wrong', async () => {
    const { fault } = await read('[\n{"a":1},\n{"a":2,}\n]');
    expect(fault).toMatchObject({ code: 'JSON_CORRUPT', byte: 18 });
    expect(fault?.message).toBe("line 3, column 8, in record 2: expected a key in double quotes, found '}'");
    expect((await read('[{"a":1}')).fault?.message).toBe(
      'line 1, column 9: it ends there, in the middle: it was cut off',
    );
    expect((await read('')).fault?.message).toBe('line 1, column 1: the file is empty');
  });
});

describe('the path to the records', () => {
  const document = '{"meta": {"items": [1]}, "data": {"note": "[{", "items": [{"a":1},\n{"a":2}]}, "end": true}';

  test.each(['data.items', '$.data.items', '$.data.items[*]', '.data.items[]', "$['data'].items", '/data/items'])(
    '%s',
    async (path) => {
      expect(pointerOf(keysOfPath(path) ?? [])).toBe('/data/items');
      for (const cuts of [[], everyByte(document)]) {
        expect(await read(document, path, cuts)).toStrictEqual({ lines: '{"a":1}\n{"a":2}\n', fault: null });
      }
    },
  );

  test.each([
    ['/', ['']],
    ['/a~1b/~0c', ['a/b', '~c']],
    ['$["a.b"].c', ['a.b', 'c']],
    ['ключ', ['ключ']],
    ['$', []],
    ['', []],
    ['[*]', []],
    ['.', []],
  ])('%s names keys', (path, keys) => {
    expect(keysOfPath(path)).toEqual(keys);
    expect(keysOfPath(pointerOf(keys))).toEqual(keys);
  });

  test.each(['a..b', 'a.', 'a[0].b', 'a[*].b', '$..a', '/a~2', "['a", 'a b]', "$['a'b"])('%s is none', (path) => {
    expect(keysOfPath(path)).toBeNull();
  });

  test('may lead to one object, which is a record', async () => {
    expect((await read('{"a":{"b":\n1}}', 'a')).lines).toBe('{"b": 1}\n');
  });

  test('compares keys, however they are written', async () => {
    expect((await read('{"d\\u0061ta":[1],"c":[2]}', 'data')).lines).toBe('1\n');
    expect((await read('{"ключ":[1]}', 'ключ', everyByte('{"ключ":[1]}'))).lines).toBe('1\n');
    expect((await read(`{"${'x'.repeat(50_000)}":[1],"c":[2]}`, 'c')).lines).toBe('2\n');
  });

  test.each([
    [
      '{"data":{"other":[],"\\u0001":{"items":1}},"items":2}',
      String.raw`nothing is at /data/items: /data has no key "items"; it has "other", "\u0001"`,
    ],
    ['{"more":[]}', 'nothing is at /data/items: the document has no key "data"; it has "more"'],
    ['{}', 'nothing is at /data/items: the document has no key "data"'],
    ['[{"data":1}]', 'the document is an array, and no object, so nothing is at /data/items'],
    ['{"data":[{"items":[]}]}', '/data is an array, and no object, so nothing is at /data/items'],
    [
      '{"data":{"items":null}}',
      '/data/items is null, and neither an array nor an object, so nothing is at /data/items',
    ],
    ['{"data":{"items":[1]},"data":{"items":[2]}}', '/data stands there a second time, so nobody knows which is meant'],
  ])('is refused where it leads nowhere: %s', async (text, words) => {
    const { fault } = await read(text, 'data.items');
    expect(fault).toMatchObject({ code: 'JSON_PATH', message: words });
  });

  test('leaves what is behind the records to be read strictly', async () => {
    expect((await read('{"data":{"items":[{"a":1}]},"end":}', 'data.items')).fault?.code).toBe('JSON_CORRUPT');
  });
});
