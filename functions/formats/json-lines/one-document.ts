import { LF } from '../../core/format/json-bytes.ts';

/**
 * What to do about a file that is one JSON document and not one object a line: an array of records, or JSON set out over
 * several lines, of which no line is an object. null where it is none of these, as far as its first line tells.
 * @param body the object's first bytes, without a byte order mark
 */
export function oneDocument(body: Buffer, objectEnds: boolean): string | null {
  const text = body.toString('latin1').trimStart();
  if (text[0] !== '[' && text[0] !== '{') return null;
  const lineEnd = text.indexOf(String.fromCharCode(LF));
  const line = (lineEnd === -1 ? text : text.slice(0, lineEnd)).trim();
  const isWhole = lineEnd !== -1 || objectEnds;
  if (text[0] === '{') return line === '{' ? told('JSON set out over several lines') : null;
  const isArrayOverLines = isWhole && !isJson(line);
  const isArrayOfObjects = /^\[\s*\{/.test(line) && (lineEnd === -1 || text.slice(lineEnd).trim() === '');
  return isArrayOverLines || isArrayOfObjects ? told('one JSON array') : null;
}

function told(what: string): string {
  return `the file is ${what}, and is read as one object a line; load it with --format json (in a dataset format: 'json')`;
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
