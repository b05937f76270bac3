import { type Expected, type HostileFile, range, type Row } from '../hostile-file.ts';

const textRequest = { format: 'csv', delimiter: ',', quote: '"', reading: { skipRows: 0 } };
const head = 'id,name,note\n';
const loaded = (...rows: readonly Row[]): Expected => ({ rows });
const refused = (codes: string, says?: RegExp): Expected => ({ refused: codes.split(' '), ...(says && { says }) });

/** Files that hold hardly anything, or far too much of it; each as declared CSV and with nothing declared. */
export function shapes(): readonly HostileFile[] {
  const all: readonly (readonly [name: string, content: string | Buffer, expected: Expected])[] = [
    ['empty', '', refused('HEADER_EMPTY')],
    ['a byte order mark alone', '\ufeff', refused('HEADER_EMPTY')],
    ['blank lines alone', '\n\r\n\n', refused('HEADER_EMPTY')],
    ['a line of blanks alone', '   \n', refused('HEADER_EMPTY MISSING_COLUMN UNKNOWN_COLUMN')],
    ['delimiters alone', ',,\n,,\n', refused('HEADER_EMPTY UNNAMED_COLUMN MISSING_COLUMN')],
    ['a header alone', head, loaded()],
    ['a header without line end', 'id,name,note', loaded()],
    ['a header and blank lines', `${head}\n\n\r\n`, loaded()],
    // the second mark is a blank around a name, which does not count
    ['a mark of two', `\ufeff\ufeff${head}1,a,b\n`, loaded(['1', 'a', 'b'])],
    ['a mark within', `${head}1,a,\ufeffb\n`, loaded(['1', 'a', '\ufeffb'])],
    ['one quote', '"', refused('UNTERMINATED_QUOTE HEADER_TOO_LONG HEADER_UNTERMINATED_QUOTE')],
    ['U+2028 and U+0085', `${head}1,a\u2028b,c\u0085d\n`, loaded(['1', 'a\u2028b', 'c\u0085d'])],
    ['line ends mixed', `${head}1,a,b\r\n2,c,d\n3,e,f\r\n`, loaded(['1', 'a', 'b'], ['2', 'c', 'd'], ['3', 'e', 'f'])],
    ['NUL bytes alone', '\0\0\0\0\0\0\0\0', refused('HEADER_NUL_BYTE WRONG_ENCODING HEADER_EMPTY')],
    [
      'the header twice',
      `${head}1,a,b\n${head}2,c,d\n`,
      {
        rows: [
          ['1', 'a', 'b'],
          ['2', 'c', 'd'],
        ],
        rejects: [{ codes: ['REPEATED_HEADER'], line: 3, byteOffset: 19 }],
      },
    ],
    ['two columns of one name', 'id,name,NAME\n1,a,b\n', refused('DUPLICATE_HEADER')],
    [
      '2,000 columns',
      `${range(2_000)
        .map((i) => `c${i}`)
        .join(',')}\n`,
      refused('TOO_MANY_COLUMNS UNKNOWN_COLUMN'),
    ],
    [
      '200,000 columns',
      `${'x,'.repeat(200_000)}\n`,
      refused('TOO_MANY_COLUMNS UNKNOWN_COLUMN DUPLICATE_HEADER HEADER_TOO_LONG'),
    ],
    [
      'a record of 100,000 cells',
      `${head}1,a,b\n2${',x'.repeat(100_000)}\n3,c,d\n`,
      {
        rows: [
          ['1', 'a', 'b'],
          ['3', 'c', 'd'],
        ],
        rejects: [{ codes: ['FIELD_COUNT'], line: 3 }],
      },
    ],
    [
      'a record of 15 MiB',
      `${head}1,a,b\n2,${'x'.repeat(15 * 1024 * 1024)},y\n3,c,d\n`,
      {
        oneOf: [
          {
            rows: [
              ['1', 'a', 'b'],
              ['2', 'x'.repeat(15 * 1024 * 1024), 'y'],
              ['3', 'c', 'd'],
            ],
          },
          {
            rows: [
              ['1', 'a', 'b'],
              ['3', 'c', 'd'],
            ],
            rejects: [{ codes: ['RECORD_TOO_LONG'] }],
          },
        ],
      },
    ],
    [
      'a record of 17 MiB',
      `${head}1,a,b\n2,${'x'.repeat(17 * 1024 * 1024)},y\n3,c,d\n`,
      {
        rows: [
          ['1', 'a', 'b'],
          ['3', 'c', 'd'],
        ],
        rejects: [{ codes: ['RECORD_TOO_LONG'], line: 3 }],
      },
    ],
    [
      'a header of 2 MiB',
      `id,name,"${'n'.repeat(2 * 1024 * 1024)}"\n1,a,b\n`,
      refused('HEADER_TOO_LONG HEADER_UNTERMINATED UNKNOWN_COLUMN HEADER_UNTERMINATED_QUOTE'),
    ],
    ['a quote that opens early', `${head}1,"a,b\n${'2,c,d\n'.repeat(20_000)}`, refused('UNTERMINATED_QUOTE', /line 2/)],
    ['a quote at the end', `${head}1,a,b\n2,c,"`, refused('UNTERMINATED_QUOTE', /line 3/)],
    ['quotes alone', `${head}${'"'.repeat(1_001)}\n`, refused('UNTERMINATED_QUOTE')],
    ['100,000 blank lines', `${head}${'\n'.repeat(100_000)}1,a,b\n`, loaded(['1', 'a', 'b'])],
  ];
  const declared = all.flatMap(([name, content, expected]) =>
    [3, 1_000_000].map((sliceBytes) => ({
      name: `${name}, in slices of ${sliceBytes}`,
      bytes: Buffer.from(content),
      suffix: 'csv',
      // a file of megabytes in slices of three bytes is a million of them
      request: { ...textRequest, sliceBytes: content.length > 10_000 ? 1_000_000 : sliceBytes },
      expected,
    })),
  );
  return [...declared, carriageReturns, ...beginnings()];
}

/** A line feed between quotes ends no line, and neither does it tell where the trailer begins. */
const carriageReturns: HostileFile = {
  name: 'lines that carriage returns end, with a line feed between quotes, no header and a trailer',
  bytes: Buffer.from('Report of "all"\r1,a,"x\r\ny"\r2,c,d\rtotal,"open\rend\r'),
  suffix: 'csv',
  request: { ...textRequest, reading: { skipRows: 1, trailerRows: 2, header: ['id', 'name', 'note'] } },
  expected: loaded(['1', 'a', 'x\r\ny'], ['2', 'c', 'd']),
};

/** The files of other formats, by the bytes that they begin with; the message says what to type. */
function beginnings(): readonly HostileFile[] {
  const other = (says: RegExp): Expected => ({ refused: ['HEADER_OTHER_FORMAT'], says });
  const all: readonly (readonly [name: string, hex: string | Buffer, expected: Expected])[] = [
    ['xz', 'fd377a585a000004', other(/unxz/)],
    ['lz4', '04224d186440a7', other(/unlz4/)],
    ['bzip2', Buffer.from('BZh91AY&SY\x01\x02', 'latin1'), other(/bunzip2/)],
    ['7z', '377abcaf271c0004', other(/7z x/)],
    ['RAR', '526172211a0701', other(/unrar x/)],
    ['an old Office file', 'd0cf11e0a1b11ae1', other(/CSV UTF-8/)],
    ['Parquet', Buffer.from('PAR1\x15\x04\x15', 'latin1'), other(/--format parquet/)],
    ['Avro', Buffer.from('Obj\x01\x04\x14avro'), other(/as CSV/)],
    ['Arrow', Buffer.from('ARROW1\0\0'), other(/as CSV/)],
    ['SQLite', Buffer.from('SQLite format 3\0'), other(/as CSV/)],
    ['pg_dump', Buffer.from('PGDMP\x01\x0e'), other(/pg_restore/)],
    ['COPY binary', Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), other(/format csv, header/)],
    ['PDF', Buffer.from('%PDF-1.7\n1 0 obj\n'), other(/as CSV/)],
    ['PNG', '89504e470d0a1a0a', other(/no rows/)],
    ['JPEG', 'ffd8ffe000104a46', other(/no rows/)],
    ['a program', Buffer.from('\x7fELF\x02\x01\x01'), other(/no rows/)],
    ['a web page', Buffer.from('<!DOCTYPE html>\n<html><body>Sign in</body></html>\n'), other(/login page/)],
    ['XML', Buffer.from('<?xml version="1.0"?>\n<rows/>\n'), other(/as CSV/)],
    ['JSON', Buffer.from('[{"id": 1}]\n'), other(/--format json/)],
    ['JSON lines', Buffer.from('{"id": 1}\n{"id": 2}\n'), other(/--format ndjson/)],
  ];
  return all.map(([name, content, expected]) => ({
    name: `${name} as CSV`,
    bytes: typeof content === 'string' ? Buffer.from(content, 'hex') : content,
    suffix: 'csv',
    request: textRequest,
    expected,
  }));
}
