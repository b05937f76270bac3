import { unescaped } from './known-keys.ts';
import { LF } from '../../core/format/json-bytes.ts';
import { readRecord } from './read-record.ts';
import { ARRAY, CAPTURE, ESCAPED, NULL, type Reader, UNICODE_ESCAPED } from './reader.ts';

/** The cells of a record that was read before, in the order of staging; null where it has none, or null. */
export function splitJson(reader: Reader, record: Buffer): (Buffer | null)[] {
  const line = Buffer.allocUnsafe(record.length + 1);
  record.copy(line);
  line[record.length] = LF;
  readRecord(reader, line, 0);
  return cellsRead(reader, line);
}

function cellsRead(reader: Reader, bytes: Buffer): (Buffer | null)[] {
  return Array.from(reader.seen, (seen, column) => {
    const kind = seen === reader.record ? (reader.kinds[column] as number) : NULL;
    const cell = bytes.subarray(reader.starts[column], reader.ends[column]);
    if (kind === NULL) return null;
    if (kind === CAPTURE) return capturedObject(bytes, reader.captured);
    if (kind === ARRAY) return arrayLiteral(cell);
    return kind === ESCAPED || kind === UNICODE_ESCAPED ? Buffer.from(unescaped(cell.toString('utf8'))) : cell;
  });
}

/** As PostgreSQL writes arrays; one that holds objects stays JSON, which is no array to it. */
function arrayLiteral(json: Buffer): Buffer {
  const text = json.toString('utf8');
  let isFlat = true;
  // a string that never closes is none in JSON; taken to its end it is not looked at twice
  const literal = text.replaceAll(/"(?:[^"\\]|\\[^])*(?:"|\\?$)|null|[[\]{]/g, (token) => {
    if (token === '{') isFlat = false;
    if (token[0] === '"') return `"${(JSON.parse(token) as string).replaceAll(/["\\]/g, String.raw`\$&`)}"`;
    return arrayTokens[token] ?? token;
  });
  return isFlat ? Buffer.from(literal) : json;
}

const arrayTokens: Readonly<Record<string, string>> = { '[': '{', ']': '}', null: 'NULL' };

function capturedObject(bytes: Buffer, captured: readonly number[]): Buffer {
  const parts: Buffer[] = [];
  for (let i = 0; i < captured.length; i += 4) {
    parts.push(Buffer.from(i === 0 ? '{' : ','), bytes.subarray(captured[i], captured[i + 1]));
    parts.push(Buffer.from(':'), bytes.subarray(captured[i + 2], captured[i + 3]));
  }
  return Buffer.concat([...parts, Buffer.from('}')]);
}
