const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LF = 0x0a;

/**
 * Whether a file is one object a line, and not one document: its first line is a whole object, and the next one that is not
 * blank begins another. @param body the file's first bytes, without a byte order mark
 */
export function isJsonLines(body: Buffer): boolean {
  const first = overBlanks(body, 0);
  const end = body[first] === 0x7b ? objectEnd(body, first) : -1;
  if (end === -1 || body.subarray(first, end).includes(LF)) return false;
  const next = overBlanks(body, end);
  return body[next] === 0x7b && body.subarray(end, next).includes(LF);
}

function overBlanks(body: Buffer, from: number): number {
  let i = from;
  while (body[i] === 0x20 || body[i] === 0x09 || body[i] === LF || body[i] === 0x0d) i += 1;
  return i;
}

/** Index behind the brace that closes the one at `from`; -1: there is none. */
function objectEnd(body: Buffer, from: number): number {
  let depth = 0;
  let isString = false;
  for (let i = from; i < body.length; i += 1) {
    const byte = body[i];
    if (isString && byte === BACKSLASH) i += 1;
    else if (byte === QUOTE) isString = !isString;
    else if (!isString && byte === 0x7b) depth += 1;
    else if (!isString && byte === 0x7d) {
      depth -= 1;
      if (depth === 0) return i + 1;
    }
  }
  return -1;
}
