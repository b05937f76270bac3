import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { firstUndecodable, withoutSigns } from '../../../functions/core/decoding/undecodable.ts';
import { charset } from '../../../functions/decoding/charset/charset.ts';
import { encodingOf } from '../../../functions/decoding/charset/encoding-of.ts';
import { type Charset, charsetNamed, charsets } from '../../../functions/decoding/charset/names.ts';
import { inPieces, seeded } from '../../support/packed.ts';

async function decode(bytes: Buffer, from: Charset, pieceBytes = 64 * 1024): Promise<Buffer> {
  const source = { sizeBytes: null, chunks: () => inPieces(bytes, pieceBytes), read: null };
  const chunks: Buffer[] = [];
  for await (const chunk of charset.decode(source, from).chunks) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** What stands in for bytes that are no character: their place in the source and themselves. */
function signs(text: Buffer): readonly string[] {
  const found: string[] = [];
  for (let sign = firstUndecodable(text); sign !== null; sign = firstUndecodable(text, sign.end)) {
    found.push(`${sign.place}:${sign.bytes.toString('hex')}`);
  }
  return found;
}

const pieces = [1, 2, 3, 7, 64, 1000];
const alphabets: Readonly<Partial<Record<Charset, string>>> = {
  'windows-1250': 'Łódź žluťoučký',
  'windows-1251': 'Съешь ещё “мягких”',
  'windows-1252': 'Zoë naïve €5 – “q” ™',
  'iso-8859-15': 'Œuvre à 5 €',
  'iso-8859-5': 'Съешь ещё',
  'iso-8859-7': 'Ξεσκεπάζω',
  cp437: 'Größe ½ │x ╬',
  cp850: 'Größe ð ×',
  'koi8-r': 'Съешь ещё ═',
  macintosh: 'Zoë ™ “q”',
  shift_jis: '日本 ソース 表示 能力 ｶﾀｶﾅ',
  gb18030: '日本 中文 € 𝔘 ﾊ ǹ ḿ',
  big5: '繁體中文 功能',
  'euc-kr': '한국어 똠방각하',
  'utf-16le': '日本 Zoë 𝔘\0',
  'utf-16be': '\ufeff日本 Zoë 𝔘',
  'utf-32le': '日本 Zoë 𝔘',
  'utf-32be': '\ufeff日本 Zoë 𝔘',
};

describe('an encoding', () => {
  test.each(Object.entries(alphabets))('%s is brought to UTF-8, cut anywhere', async (from, alphabet) => {
    const random = seeded(from.length);
    const signsOfIt = [...alphabet, ',', '"', '\n', 'a'];
    const text = Array.from({ length: 3_000 }, () => signsOfIt[Math.floor(random() * signsOfIt.length)]).join('');
    const bytes = iconv.encode(text, from, { addBOM: false });
    for (const pieceBytes of [...pieces, 64 * 1024]) {
      expect((await decode(bytes, from as Charset, pieceBytes)).toString()).toBe(text);
    }
  });

  test.each(charsets.single)('%s: each byte is its character, or stands as it is with its place', async (from) => {
    const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const text = iconv.decode(all, from);
    const decoded = await decode(all, from);
    const isCharacter = (character: string, byte: number): boolean =>
      byte < 0x80 || !/[\u0080-\u009f\ufffd]/.test(character);
    const expected = [...text].map((character, byte) => (isCharacter(character, byte) ? character : '\ufffd'));
    expect(withoutSigns(decoded).toString()).toBe(expected.join(''));
    const undefinedBytes = [...text].flatMap((character, byte) => (isCharacter(character, byte) ? [] : [byte]));
    expect(signs(decoded)).toStrictEqual(undefinedBytes.map((byte) => `${byte}:${byte.toString(16)}`));
  });

  test.each(charsets.several)(
    '%s: each pair of bytes is its character, and none ends a line or a cell',
    async (from) => {
      const wrong: string[] = [];
      for (let lead = 0x81; lead < 0xff; lead += 1) {
        const rows = Array.from({ length: 256 }, (_, trail) => Buffer.from([lead, trail, 0x0a]));
        const decoded = await decode(Buffer.concat(rows), from, 1000);
        const cells = decoded.toString('latin1').split('\n');
        expect(cells.length).toBe(rows.length + 2);
        for (const [trail, row] of rows.entries()) {
          const asBefore = iconv.decode(row, from);
          const cell = Buffer.from(cells[trail < 0x0b ? trail : trail + 1] ?? '', 'latin1');
          if (trail === 0x0a || asBefore.includes('\ufffd') || asBefore.length < 2) continue;
          const isText = !/[\u0080-\u009f]/.test(asBefore);
          if (isText && `${cell.toString()}\n` !== asBefore) wrong.push(`${row.toString('hex')}: ${cell.toString()}`);
        }
      }
      expect(wrong).toStrictEqual([]);
    },
  );

  test.each<[Charset, string, readonly string[], string]>([
    ['windows-1252', '61812c620a', ['1:81'], 'a\ufffd,b\n'],
    ['iso-8859-1', '80e9', ['0:80'], '\ufffdé'],
    ['shift_jis', '8c2c0a', ['0:8c'], '\ufffd,\n'],
    ['shift_jis', '618c0a93fa', ['1:8c'], 'a\ufffd\n日'],
    ['shift_jis', '93fa8c', ['2:8c'], '日\ufffd'],
    ['euc-kr', 'c7fffe41', ['0:c7ff', '2:fe'], '\ufffd\ufffdA'],
    ['gb18030', '8130812c', ['0:81', '2:81'], '\ufffd0\ufffd,'],
    ['gb18030', '8431a437', [], '\ufffd'],
    ['gb18030', 'fe39fe39', ['0:fe', '2:fe'], '\ufffd9\ufffd9'],
    ['gb18030', '81308130', [], '\u0080'],
    ['gb18030', '613081', ['2:81'], 'a0\ufffd'],
    ['utf-16le', '6100d8d80a00', ['2:d8d8'], 'a\ufffd\n'],
    ['utf-16be', '0061dc00000a', ['2:dc00'], 'a\ufffd\n'],
    ['utf-16le', '00d8', ['0:00d8'], '\ufffd'],
    ['utf-16le', '00d800d800dc', ['0:00d8'], '\ufffd\u{10000}'],
    ['utf-16be', '006100', ['2:00'], 'a\ufffd'],
    ['utf-32le', '0000110041000000', ['0:00001100'], '\ufffdA'],
    ['utf-32be', '0000d800000000410000', ['0:0000d800', '8:0000'], '\ufffdA\ufffd'],
  ])('%s %s: what is no character stands as it is, with its place, cut anywhere', async (from, hex, where, text) => {
    for (const pieceBytes of [1, 2, 3, 64]) {
      const decoded = await decode(Buffer.from(hex, 'hex'), from, pieceBytes);
      expect(withoutSigns(decoded).toString()).toBe(text);
      expect(signs(decoded)).toStrictEqual(where);
    }
  });

  test('places count from the first byte of a file of many pieces', async () => {
    const bytes = Buffer.alloc(1_000_000, 'Zoë,1\n', 'latin1');
    bytes[777_777] = 0x81;
    expect(signs(await decode(bytes, 'windows-1252', 100_000))).toStrictEqual(['777777:81']);
  });
});

describe('which encoding', () => {
  test.each([
    ['UTF-8', 'utf-8'],
    ['CP1252', 'windows-1252'],
    ['Windows_1252', 'windows-1252'],
    ['latin1', 'iso-8859-1'],
    ['ISO8859-15', 'iso-8859-15'],
    ['iso_8859_1', 'iso-8859-1'],
    ['UTF16LE', 'utf-16le'],
    ['utf-32', 'utf-32'],
    ['Shift_JIS', 'shift_jis'],
    ['ibm437', 'cp437'],
    ['GBK', 'gb18030'],
    ['cp949', 'euc-kr'],
    ['klingon', null],
    ['cp1399', null],
  ])('is typed as %s', (typed, name) => expect(charsetNamed(typed)).toBe(name));

  test.each([
    ['a plain text', '612c62', undefined, { charset: null }],
    ['the mark of UTF-8', 'efbbbf61', undefined, { charset: null }],
    ['the mark of UTF-16', 'fffe6100', undefined, { charset: 'utf-16le' }],
    ['the other one', 'feff0061', 'utf-16', { charset: 'utf-16be' }],
    ['the mark of UTF-32', 'fffe000061000000', undefined, { charset: 'utf-32le' }],
    ['no mark, and zeros behind', '61002c0062004100', 'utf-16', { charset: 'utf-16le' }],
    ['no mark, and zeros before', '0061002c0062', 'utf-16', { charset: 'utf-16be' }],
    ['a mark and its order declared', 'fffe6100', 'utf-16le', { charset: 'utf-16le' }],
    ['nothing but what is declared', '61ff', 'windows-1252', { charset: 'windows-1252' }],
    ['UTF-8 as declared', '61ff', 'utf-8', { charset: null }],
  ] as const)('%s tells', (_, hex, declared, found) => {
    expect(encodingOf(Buffer.from(hex, 'hex'), declared)).toStrictEqual(found);
  });

  test.each([
    ['efbbbf61', 'windows-1252', 'the byte order mark of UTF-8, and windows-1252 is declared'],
    ['feff0061', 'utf-16le', 'the byte order mark of UTF-16BE, and utf-16le is declared'],
    ['fffe6100', 'utf-8', 'the byte order mark of UTF-16LE, and utf-8 is declared'],
    ['e56567e5', 'utf-16', 'declare utf-16le or utf-16be'],
  ] as const)('%s with %s declared is refused', (hex, declared, words) => {
    expect(encodingOf(Buffer.from(hex, 'hex'), declared)).toStrictEqual({ problem: expect.stringContaining(words) });
  });
});
