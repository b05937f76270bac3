import { describe, expect, test } from 'vitest';
import { DecodingFault, type DecodingSource } from '../../../functions/decoding/decoder.ts';
import { fits } from '../../../functions/decoding/zip/choose.ts';
import { zip } from '../../../functions/decoding/zip/zip.ts';
import { inPieces, lines, seeded } from '../../support/packed.ts';
import { type Member, zipArchive as archive } from '../../support/zip-archive.ts';

interface Ranged extends DecodingSource {
  readonly ranges: number;
}

function stored(bytes: Buffer, pieceBytes = 64 * 1024): Ranged {
  let ranges = 0;
  return {
    sizeBytes: bytes.length,
    chunks: () => inPieces(bytes, pieceBytes),
    read: ({ start, end }) => {
      ranges += 1;
      return inPieces(bytes.subarray(start, end), pieceBytes);
    },
    get ranges() {
      return ranges;
    },
  };
}

async function choose(bytes: Buffer, asked?: string): Promise<string> {
  try {
    return (await zip.choose?.(stored(bytes), asked)) ?? '';
  } catch (error) {
    if (!(error instanceof DecodingFault)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

async function unpack(
  bytes: Buffer,
  name = 'rows.csv',
  pieceBytes = 64 * 1024,
): Promise<{ bytes: Buffer; fault: DecodingFault | null }> {
  const chunks: Buffer[] = [];
  let fault: DecodingFault | null = null;
  try {
    for await (const chunk of zip.decode(stored(bytes, pieceBytes), name).chunks) chunks.push(chunk);
  } catch (error) {
    if (!(error instanceof DecodingFault)) throw error;
    fault = error;
  }
  return { bytes: Buffer.concat(chunks), fault };
}

const text = lines(seeded(1), 5_000);
const rows: Member = { name: 'rows.csv', bytes: text };
const other: Member = { name: 'in/other.csv', bytes: Buffer.from('a,b\n') };

describe('the file of a zip archive', () => {
  test.each([
    ['the only one', [rows], undefined, 'rows.csv'],
    [
      'the only one beside folders and what macOS adds',
      [
        { ...other, name: 'in/' },
        other,
        { ...rows, name: '__MACOSX/in/._other.csv' },
        { ...rows, name: 'in/.DS_Store' },
      ],
      undefined,
      'in/other.csv',
    ],
    ['the one that is named', [rows, other], 'in/other.csv', 'in/other.csv'],
    ['the one that is named, without its folder', [rows, other], 'other.csv', 'in/other.csv'],
    ['the one that a pattern fits', [rows, other], 'r?ws*', 'rows.csv'],
    [
      'one whose name is a pattern',
      [
        { ...rows, name: 'a*.csv' },
        { ...rows, name: 'ab.csv' },
      ],
      'a*.csv',
      'a*.csv',
    ],
    ['one whose name is not ASCII', [{ ...rows, name: 'größe.csv' }], undefined, 'größe.csv'],
  ] as const)('is %s', async (_, members, asked, name) => expect(await choose(archive(members), asked)).toBe(name));

  test.each([
    [
      'there are several',
      [rows, other],
      undefined,
      'ZIP_MEMBER: it holds rows.csv, in/other.csv; say which is meant with --member NAME',
    ],
    ['there is none', [{ ...other, name: 'in/' }], undefined, 'ZIP_MEMBER: it holds no file: nothing is there to load'],
    [
      'none is named so',
      [rows, other],
      '*.txt',
      'ZIP_MEMBER: no file in it fits --member *.txt: it holds rows.csv, in/other.csv',
    ],
    ['several fit', [rows, other], '*.csv', 'say which is meant'],
    ['two have its name', [rows, rows], 'rows.csv', '2 of them have the name rows.csv'],
    ['it is encrypted', [{ ...rows, flags: 1 }], undefined, 'ZIP_MEMBER: the file rows.csv in it is encrypted'],
    ['it is packed by another method', [{ ...rows, method: 12 }], undefined, 'packed by method 12'],
    [
      'a name leads out of the archive',
      [{ ...rows, name: '../rows.csv' }],
      undefined,
      'ZIP_CORRUPT: its directory cannot be read (invalid relative path',
    ],
    [
      'a name is absolute',
      [{ ...rows, name: '/etc/rows.csv' }],
      undefined,
      'ZIP_CORRUPT: its directory cannot be read (absolute path',
    ],
  ] as const)('cannot be told where %s', async (_, members, asked, words) =>
    expect(await choose(archive(members), asked)).toContain(words),
  );

  test('is found with few reads, however many there are', async () => {
    const source = stored(archive(Array.from({ length: 3_000 }, (_, i) => ({ ...other, name: `${i}.csv` }))));
    expect(await zip.choose?.(source, '2999.csv')).toBe('2999.csv');
    expect(source.ranges).toBeLessThan(6);
  });

  test.each(['', 'PK\x03\x04', 'PK\x05\x06'])('of what is no archive (%j) cannot be told', async (head) => {
    expect(await choose(Buffer.from(head))).toMatch(/^ZIP_CORRUPT: its directory cannot be read/);
  });

  test.each([1, 3, 1000, 65536])('is unpacked, stored and deflated, in pieces of %i bytes', async (pieceBytes) => {
    for (const method of [0, 8]) {
      const packed = archive([other, { ...rows, method }]);
      expect(await unpack(packed, 'rows.csv', pieceBytes)).toStrictEqual({ bytes: text, fault: null });
    }
  });

  test.each([
    ['a check sum', { crc: 1 }, 'the check sum'],
    ['a length', { size: 7 }, 'its length'],
  ])('that has another %s than the archive says is refused', async (_, says, words) => {
    const { fault } = await unpack(archive([{ ...rows, says }]));
    expect(fault?.code).toBe('ZIP_CORRUPT');
    expect(fault?.message).toContain(words.replace('the ', ''));
  });

  test('with any bit of its data flipped is refused there or behind it, or is the same text', async () => {
    const packed = archive([{ ...rows, bytes: text.subarray(0, 300) }]);
    const start = 30 + rows.name.length;
    const end = packed.indexOf('PK\x01\x02');
    let same = 0;
    for (let at = start; at < end; at += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const hurt = Buffer.from(packed);
        hurt[at] = (packed[at] as number) ^ (1 << bit);
        const { bytes, fault } = await unpack(hurt);
        if (fault === null) expect(bytes.equals(text.subarray(0, 300))).toBe(true);
        else expect([fault.code, fault.byte <= end]).toStrictEqual(['ZIP_CORRUPT', true]);
        same += fault === null ? 1 : 0;
      }
    }
    expect(same).toBeLessThan(8);
  });

  test('cut off at any byte, or with any byte of the archive another, is refused or the same', async () => {
    const packed = archive([{ ...rows, bytes: text.subarray(0, 100) }]);
    for (let at = 0; at < packed.length; at += 1) {
      expect(await choose(packed.subarray(0, at))).toMatch(/^ZIP_CORRUPT/);
      const hurt = Buffer.from(packed);
      hurt[at] = (packed[at] as number) ^ 0x55;
      const name = await choose(hurt);
      if (name.startsWith('ZIP_')) continue;
      const { bytes, fault } = await unpack(hurt, name);
      if (fault === null) expect(bytes.equals(text.subarray(0, 100))).toBe(true);
    }
  });

  test('that is a bomb ends early', async () => {
    const { bytes, fault } = await unpack(archive([{ name: 'rows.csv', bytes: Buffer.alloc(200 * 1024 * 1024) }]));
    expect(fault?.code).toBe('DECODED_TOO_LARGE');
    expect(bytes.length).toBe(128 * 1024 * 1024);
  });

  test('in a store that fails fails as the store did', async () => {
    const source: DecodingSource = {
      ...stored(archive([rows])),
      read: () => {
        throw new Error('the network is gone');
      },
    };
    await expect(zip.choose?.(source, undefined)).rejects.toThrow('the network is gone');
  });
});

test('archives are told by their first bytes, and documents that are archives inside are none', () => {
  expect(zip.begins(archive([rows]))).toBe(true);
  expect(zip.begins(Buffer.from('PK\x05\x06'))).toBe(true);
  for (const name of ['[Content_Types].xml', 'xl/workbook.xml', 'mimetype'])
    expect(zip.begins(archive([{ ...rows, name }]))).toBe(false);
  expect(zip.begins(Buffer.from('PK,b\n'))).toBe(false);
});

test.each([
  ['rows.csv', '*', true],
  ['in/rows.csv', 'rows.*', true],
  ['in/rows.csv', 'in/*.csv', true],
  ['in/rows.csv', 'on/*.csv', false],
  ['rows.csv', 'rows.cs', false],
  ['rows.csv', '*s*s*', true],
  ['rows.csv', '*z*', false],
  ['a'.repeat(1_000), `${'a*'.repeat(200)}b`, false],
])('%s fits %s: %s', (name, pattern, isSo) => expect(fits(name, pattern)).toBe(isSo));
