import iconv from 'iconv-lite';
import { charsets } from '../../../functions/decoding/charset/names.ts';
import { type Expected, type HostileFile, range, type Row } from '../hostile-file.ts';

const head = 'id,name,note\n';

/** Every encoding with all of its characters of one byte, and bytes that are none of its characters. */
export function encodings(): readonly HostileFile[] {
  return [...charsets.single.map(ofOneByte), ...charsets.several.flatMap(ofSeveral), ...charsets.wide.flatMap(ofWide)];
}

function file(encoding: string, what: string, bytes: Buffer, expected: Expected): HostileFile {
  const reading = { skipRows: 0, encoding };
  return {
    name: `${encoding}, ${what}`,
    bytes,
    suffix: 'csv',
    request: { format: 'csv', delimiter: ',', quote: '"', reading },
    expected,
  };
}

/** By TextDecoder, or by iconv-lite where the web has no such encoding: each byte over 0x7F is a record of its own. */
function ofOneByte(encoding: string): HostileFile {
  const rows: Row[] = [];
  const parts: Buffer[] = [Buffer.from(head)];
  let isDefined = true;
  for (const byte of range(128).map((i) => i + 128)) {
    const character = iconv.decode(Buffer.from([byte]), encoding);
    isDefined = character !== '\ufffd' && character !== '?' && !/^[\u0080-\u009f]$/.test(character);
    // whether such a byte is a character is another file's matter
    if (!isDefined) continue;
    rows.push([String(byte), `a${character}b`, null]);
    parts.push(Buffer.from(`${byte},"a`), Buffer.from([byte]), Buffer.from('b",\n'));
  }
  return file(encoding, 'each of its characters', Buffer.concat(parts), { rows });
}

function ofSeveral(encoding: string): readonly HostileFile[] {
  const texts = { shift_jis: '日本語カナ', gb18030: '中文汉字', big5: '中文漢字', 'euc-kr': '한국어' } as const;
  const text = texts[encoding as keyof typeof texts];
  const word = iconv.encode(text, encoding);
  const row = (id: number, bytes: Buffer): Buffer =>
    Buffer.concat([Buffer.from(`${id},"`), bytes, Buffer.from('",\n')]);
  const sound = row(1, word);
  const last: Row = ['9', 'z', null];
  const half = word.subarray(0, 1);
  return [
    file(encoding, 'text', Buffer.concat([Buffer.from(head), sound]), { rows: [['1', text, null]] }),
    file(
      encoding,
      'half a character before a line end',
      Buffer.concat([Buffer.from(`${head}1,`), half, Buffer.from(',\n9,z,\n')]),
      {
        oneOf: [
          { rows: [last], rejects: [{ codes: ['INVALID_ENCODING'], line: 2 }] },
          { rows: [last], rejects: null },
        ],
      },
    ),
    file(encoding, 'half a character at the end', Buffer.concat([Buffer.from(`${head}9,z,\n1,a,`), half]), {
      rows: [last],
      rejects: [{ codes: ['INVALID_ENCODING'], line: 3 }],
    }),
    file(
      encoding,
      'bytes that are none',
      Buffer.concat([Buffer.from(`${head}1,`), Buffer.from('ff', 'hex'), Buffer.from(',x\n9,z,\n')]),
      {
        rows: [last],
        rejects: [{ codes: ['INVALID_ENCODING', 'FIELD_COUNT'], line: 2 }],
      },
    ),
  ];
}

function ofWide(encoding: string): readonly HostileFile[] {
  const size = encoding.startsWith('utf-16') ? 2 : 4;
  const isLittle = encoding.endsWith('le');
  const unit = (value: number): Buffer => {
    const bytes = Buffer.alloc(size);
    if (isLittle) bytes.writeUIntLE(value, 0, size);
    else bytes.writeUIntBE(value, 0, size);
    return bytes;
  };
  const of = (text: string): Buffer => iconv.encode(text, encoding, { addBOM: false });
  const bad = (what: string, bytes: Buffer): HostileFile =>
    file(encoding, what, Buffer.concat([of(`${head}1,a`), bytes, of(',b\n9,z,\n')]), {
      rows: [['9', 'z', null]],
      rejects: [{ codes: ['INVALID_ENCODING'], line: 2 }],
    });
  const rows: readonly Row[] = [['1', 'é日𝔘', '\u2028']];
  const text = `${head}1,é日𝔘,\u2028\n`;
  return [
    file(encoding, 'text', of(text), { rows }),
    file(encoding, 'text with a mark', Buffer.concat([unit(0xfeff), of(text)]), { rows }),
    bad('half a surrogate pair', unit(0xd800)),
    bad('the other half', unit(0xdc00)),
    bad('halves the wrong way', Buffer.concat([unit(0xdc00), unit(0xd800)])),
    ...(size === 4 ? [bad('over U+10FFFF', unit(0x110000)), bad('far over it', unit(0xffffffff))] : []),
    ...range(size - 1).map((i) =>
      file(encoding, `${i + 1} bytes behind it`, Buffer.concat([of(`${head}9,z,\n1,a,b`), Buffer.alloc(i + 1, 0x61)]), {
        rows: [['9', 'z', null]],
        rejects: [{ codes: ['INVALID_ENCODING'], line: 3 }],
      }),
    ),
  ];
}
