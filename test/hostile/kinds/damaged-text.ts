import { faultOf, readAll, type ReferenceGrammar } from '../../unit/formats/delimited/reference.ts';
import {
  below,
  type Expected,
  type ExpectedReject,
  type HostileFile,
  oneOf,
  range,
  type Row,
} from '../hostile-file.ts';
import { brokenUtf8 } from './delimited.ts';

const header = 'id,name,note\n';
const body = [
  '1,Nut,"a ""b"", c"\n',
  '2,,"two\nlines, one cell"\n',
  '\n',
  '3,é日本𝔘,""\n',
  '4,"plain, quoted",x\r\n',
  '5,"",last one\n',
].join('');

const inserted: readonly (readonly [what: string, bytes: Buffer])[] = [
  ...['"', '\r', '\n', '\r\n', ',', '\0', '\ufeff', '\u2028', '\u0085', "'", '\\', '\\.\n', '""', header].map(
    (text) => [JSON.stringify(text), Buffer.from(text)] as const,
  ),
  ...brokenUtf8.map((bytes) => [bytes.toString('hex'), bytes] as const),
];

/** A sound file cut off at each byte, and with what upsets readers put in at drawn places: a literal reader says what it is then. */
export function damagedText(random: () => number): readonly HostileFile[] {
  const whole = Buffer.from(body);
  const cut = range(whole.length).map((at) => ({ name: `cut off at ${at}`, bytes: whole.subarray(0, at) }));
  const put = inserted.flatMap(([what, bytes]) =>
    range(6).map(() => {
      const at = below(random, whole.length + 1);
      return {
        name: `${what} at ${at}`,
        bytes: Buffer.concat([whole.subarray(0, at), bytes, whole.subarray(at)]),
      };
    }),
  );
  const flipped = range(60).map(() => {
    const bytes = Buffer.from(whole);
    const at = below(random, bytes.length);
    bytes[at] = (bytes[at] as number) ^ (1 << below(random, 8));
    return { name: `a bit of byte ${at} turned`, bytes };
  });
  return [...cut, ...put, ...flipped].map(({ name, bytes }) => {
    const object = Buffer.concat([Buffer.from(header), bytes]);
    return {
      name,
      bytes: object,
      suffix: 'csv',
      request: {
        format: 'csv',
        delimiter: ',',
        quote: '"',
        reading: { skipRows: 0 },
        sliceBytes: oneOf(random, [7, 19, 33, 100, 1_000_000]),
      },
      expected: readLiterally(object),
    };
  });
}

function readLiterally(object: Buffer): Expected {
  const grammar: ReferenceGrammar = { delimiter: ',', lineEnd: 'lf', quoting: 'declared' };
  const limits = { ...grammar, columns: 3, maxRecordBytes: 1_000_000, header: ['id', 'name', 'note'] };
  const rows = new Map<number, Row>();
  const rejects: ExpectedReject[] = [];
  const [, ...items] = readAll(object, grammar).filter(({ cells }) => cells !== null);
  if (items.some(({ openQuote }) => openQuote !== null)) return { refused: ['UNTERMINATED_QUOTE'], says: /line \d/ };
  for (const item of items) {
    const raw = object.subarray(item.start, item.end);
    const place = { line: item.line, byteOffset: item.start, raw };
    const fault = faultOf(object, item, limits);
    const cells = (item.cells ?? []).map(({ text, isNull }) =>
      isNull ? null : Buffer.from(text, 'latin1').toString(),
    );
    const [id] = cells;
    // a record of empty cells alone is passed over and counted, however many they are
    if ((fault === null || fault === 'FIELD_COUNT') && item.cells?.every(({ isNull }) => isNull)) continue;
    if (fault !== null) rejects.push({ codes: [fault], ...place });
    else if (id === null || id === '') rejects.push({ codes: ['KEY_NULL', 'INVALID_INTEGER'], ...place });
    else if (!/^-?\d{1,9}$/.test(id as string)) rejects.push({ codes: ['INVALID_INTEGER', 'INTEGER_RANGE'], ...place });
    else rows.set(Number(id), [String(Number(id)), ...cells.slice(1)]);
  }
  return { rows: [...rows].toSorted(([a], [b]) => a - b).map(([, row]) => row), rejects };
}
