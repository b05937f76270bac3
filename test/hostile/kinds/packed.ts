import { gzipSync } from 'node:zlib';
import { zipArchive } from '../../support/zip-archive.ts';
import { below, type Expected, type HostileFile, range, type Row } from '../hostile-file.ts';
import { pack, packings, skippedFrame, zstd } from '../packed-files.ts';

const rows: readonly Row[] = range(40).map((i) => [String(i), `name ${i}, "q"`, i % 3 === 0 ? null : `é ${i * 7919}`]);
const text = Buffer.from(
  ['id,name,note', ...rows.map(([id, name, note]) => `${id},"${name?.replaceAll('"', '""')}",${note ?? ''}`)].join(
    '\n',
  ),
);
const whole: Expected = { rows };
const request = { format: 'csv', delimiter: ',', quote: '"', reading: { skipRows: 0 } };
const corrupt = { gzip: 'GZIP_CORRUPT', zstd: 'ZSTD_CORRUPT', zip: 'ZIP_CORRUPT' } as const;
/** What a file may be taken for whose first bytes are damaged, which then is the text of nothing. */
const noText = [
  'HEADER_NUL_BYTE',
  'HEADER_INVALID_UTF8',
  'HEADER_OTHER_FORMAT',
  'HEADER_EMPTY',
  'HEADER_TOO_LONG',
  'UNKNOWN_COLUMN',
  'WRONG_DELIMITER',
  'UNTERMINATED_QUOTE',
  'WRONG_ENCODING',
  'MISSING_COLUMN',
  'STRAY_QUOTE',
  'HEADER_STRAY_QUOTE',
  'HEADER_UNTERMINATED',
  'DUPLICATE_HEADER',
  'PREAMBLE',
  'NO_HEADER',
  'HEADER_BARE_CR',
];

/** Sound packed files that are cut off, or have a bit turned, at drawn bytes, and what else archives are made to do. */
export function packedFiles(random: () => number): readonly HostileFile[] {
  const damaged = (['gzip', 'zstd', 'zip'] as const).flatMap((packing) => {
    const packed = pack(text, packing, 'rows.csv');
    const cut = range(60).map(() => {
      const at = 8 + below(random, packed.length - 8);
      const says = packing === 'zip' ? undefined : new RegExp(`byte ${at}\\b`);
      return {
        name: `${packing} cut off at ${at}`,
        bytes: packed.subarray(0, at),
        expected: { refused: [corrupt[packing]], ...(says !== undefined && { says }) },
      };
    });
    const turned = range(60).map(() => {
      const bytes = Buffer.from(packed);
      const at = below(random, bytes.length);
      bytes[at] = (bytes[at] as number) ^ (1 << below(random, 8));
      // a file whose mark is gone is no packed one; a time, a name or a comment is nobody's matter
      const refused = { refused: [corrupt[packing], 'ZIP_MEMBER', 'DECODED_TOO_LARGE', ...(at < 4 ? noText : [])] };
      return {
        name: `${packing}, a bit of byte ${at} turned`,
        bytes,
        expected: { oneOf: [whole, refused] },
      };
    });
    return [...cut, ...turned];
  });
  const sound = packings.map((packing) => ({ name: packing, bytes: pack(text, packing, 'rows.csv'), expected: whole }));
  return [...damaged, ...sound, ...ofGzip(), ...ofZstd(), ...ofZip()].map(({ name, bytes, expected }) => ({
    name,
    bytes,
    expected,
    suffix: 'csv',
    request,
  }));
}

type Packed = Pick<HostileFile, 'name' | 'bytes' | 'expected'>;

function ofGzip(): readonly Packed[] {
  const packed = gzipSync(text);
  const patched = (at: number, byte: number): Buffer => {
    const bytes = Buffer.from(packed);
    bytes[bytes.length + at] = byte ^ (bytes[bytes.length + at] as number);
    return bytes;
  };
  const refused: Expected = { refused: ['GZIP_CORRUPT'], says: /byte/ };
  return [
    {
      name: 'gzip with something behind it',
      bytes: Buffer.concat([packed, Buffer.from('garbage')]),
      expected: refused,
    },
    {
      name: 'gzip with half a header behind it',
      bytes: Buffer.concat([packed, Buffer.from('1f8b08', 'hex')]),
      expected: refused,
    },
    { name: 'gzip with zeros behind it', bytes: Buffer.concat([packed, Buffer.alloc(512)]), expected: whole },
    { name: 'gzip of another check sum', bytes: patched(-8, 1), expected: refused },
    { name: 'gzip of another length', bytes: patched(-1, 1), expected: refused },
    { name: 'gzip with an empty member', bytes: Buffer.concat([gzipSync(''), packed, gzipSync('')]), expected: whole },
    { name: 'gzip of nothing', bytes: gzipSync(''), expected: { refused: ['HEADER_EMPTY'] } },
    { name: 'gzip in gzip', bytes: gzipSync(packed), expected: whole },
    { name: 'gzip three times', bytes: gzipSync(gzipSync(packed)), expected: { refused: ['PACKED_TOO_DEEP'] } },
    { name: 'zstd in gzip', bytes: gzipSync(zstd(text)), expected: whole },
    {
      name: 'a bomb of gzip',
      bytes: bomb(gzipSync(Buffer.alloc(1_000_000, '\n'))),
      expected: { refused: ['DECODED_TOO_LARGE'] },
    },
  ];
}

/** 1 MB of blank lines, 200 times, behind a header. */
function bomb(packed: Buffer): Buffer {
  return Buffer.concat([gzipSync('id,name,note\n1,a,b\n'), ...range(200).map(() => packed)]);
}

function ofZstd(): readonly Packed[] {
  const packed = zstd(text);
  const refused: Expected = { refused: ['ZSTD_CORRUPT'], says: /byte/ };
  return [
    {
      name: 'zstd between frames to skip',
      bytes: Buffer.concat([skippedFrame, packed, skippedFrame]),
      expected: whole,
    },
    {
      name: 'zstd with something behind it',
      bytes: Buffer.concat([packed, Buffer.from('garbage')]),
      expected: refused,
    },
    {
      name: 'a frame to skip that is cut off',
      bytes: Buffer.concat([packed, skippedFrame.subarray(0, 9)]),
      expected: refused,
    },
    {
      name: 'zstd with half a mark behind it',
      bytes: Buffer.concat([packed, packed.subarray(0, 3)]),
      expected: refused,
    },
    { name: 'zstd of nothing', bytes: zstd(Buffer.alloc(0)), expected: { refused: ['HEADER_EMPTY'] } },
    { name: 'a frame to skip alone', bytes: skippedFrame, expected: { refused: ['HEADER_EMPTY', 'ZSTD_CORRUPT'] } },
    {
      name: 'a block of a kind that there is none',
      bytes: Buffer.from('28b52ffd2004070000', 'hex'),
      expected: refused,
    },
    {
      name: 'a dictionary that nobody has',
      bytes: Buffer.from('28b52ffd210704000000', 'hex'),
      expected: { refused: ['ZSTD_CORRUPT'] },
    },
  ];
}

function ofZip(): readonly Packed[] {
  const rowsFile = { name: 'rows.csv', bytes: text };
  const corruptZip: Expected = { refused: ['ZIP_CORRUPT'] };
  const member: Expected = { refused: ['ZIP_MEMBER'] };
  const one = (name: string, bytes: HostileFile['bytes'], expected: Expected): Packed => ({ name, bytes, expected });
  const stored = zipArchive([rowsFile]);
  const leading = ['../rows.csv', '/rows.csv', '..\\rows.csv', 'C:\\rows.csv', 'a/../../rows.csv'];
  return [
    ...leading.map((name) =>
      one(`zip with ${name}`, zipArchive([{ name, bytes: text }]), { oneOf: [corruptZip, member] }),
    ),
    one('zip of nothing', zipArchive([]), { refused: ['ZIP_MEMBER', 'ZIP_CORRUPT'] }),
    one('zip of a folder alone', zipArchive([{ name: 'a/', bytes: Buffer.alloc(0), method: 0 }]), member),
    one(
      'zip with a folder',
      zipArchive([
        { name: 'a/', bytes: Buffer.alloc(0), method: 0 },
        { name: 'a/rows.csv', bytes: text },
      ]),
      whole,
    ),
    one('zip of macOS', zipArchive([rowsFile, { name: '__MACOSX/._rows.csv', bytes: Buffer.from('\0\x05') }]), whole),
    one('zip of two', zipArchive([rowsFile, { name: 'more.csv', bytes: text }]), {
      refused: ['ZIP_MEMBER'],
      says: /--member/,
    }),
    one('zip with one name twice', zipArchive([rowsFile, rowsFile]), { oneOf: [corruptZip, member] }),
    one('zip that is encrypted', zipArchive([{ ...rowsFile, flags: 0x801 }]), {
      refused: ['ZIP_MEMBER'],
      says: /encrypted/,
    }),
    one('zip of a method that is not read', zipArchive([{ ...rowsFile, method: 12 }]), member),
    one('zip of another check sum', zipArchive([{ ...rowsFile, says: { crc: 7 } }]), corruptZip),
    one('zip of fewer bytes than it says', zipArchive([{ ...rowsFile, says: { size: text.length + 9 } }]), corruptZip),
    one('zip of more bytes than it says', zipArchive([{ ...rowsFile, says: { size: text.length - 9 } }]), corruptZip),
    one('zip in zip', zipArchive([{ name: 'in.zip', bytes: stored }]), { refused: ['PACKED_TOO_DEEP'] }),
    one('zip in gzip', gzipSync(stored), { refused: ['PACKED_TOO_DEEP'] }),
    one('zip behind something else', Buffer.concat([Buffer.from('PK\x03\x04 something else'), stored]), corruptZip),
    one('zip before something else', Buffer.concat([stored, Buffer.from('something else')]), {
      oneOf: [whole, corruptZip],
    }),
    one('zip of an empty file', zipArchive([{ name: 'rows.csv', bytes: Buffer.alloc(0) }]), {
      refused: ['HEADER_EMPTY'],
    }),
    one(
      'a bomb of zip',
      () => zipArchive([{ name: 'rows.csv', bytes: Buffer.concat([text, Buffer.alloc(200_000_000, '\n')]) }]),
      { refused: ['DECODED_TOO_LARGE'] },
    ),
  ];
}
