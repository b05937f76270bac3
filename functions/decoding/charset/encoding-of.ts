import type { Charset, DeclaredCharset } from './names.ts';

/** How bytes have to be brought to UTF-8: from which encoding, null where they are UTF-8; or in words why nobody can tell. */
export type EncodingFound = { readonly charset: Charset | null } | { readonly problem: string };

/** Decides by the byte order mark that the bytes begin with and by what is declared; UTF-16 without either is told by its NUL bytes. */
export function encodingOf(head: Buffer, declared: DeclaredCharset | undefined): EncodingFound {
  const mark = marks.find(({ bytes }) => head.subarray(0, bytes.length).equals(bytes));
  if (declared === undefined) return { charset: mark === undefined || mark.is === 'utf-8' ? null : mark.is };
  if (mark !== undefined) {
    if (mark.is.startsWith(declared)) return { charset: mark.is === 'utf-8' ? null : mark.is };
    return {
      problem: `it begins with the byte order mark of ${mark.is.toUpperCase()}, and ${declared} is declared; leave out --encoding (in a dataset encoding), the mark tells it`,
    };
  }
  if (declared === 'utf-8') return { charset: null };
  if (declared !== 'utf-16' && declared !== 'utf-32') return { charset: declared };
  const order = orderOf(head, declared === 'utf-16' ? 2 : 4);
  return order === null
    ? {
        problem: `it has no byte order mark, and its first bytes do not tell the order of ${declared}; declare ${declared}le or ${declared}be`,
      }
    : { charset: `${declared}${order}` };
}

/** UTF-32 first, because its mark may begin with UTF-16's. */
const marks: readonly { readonly bytes: Buffer; readonly is: Charset | 'utf-8' }[] = [
  { bytes: Buffer.from('fffe0000', 'hex'), is: 'utf-32le' },
  { bytes: Buffer.from('0000feff', 'hex'), is: 'utf-32be' },
  { bytes: Buffer.from('fffe', 'hex'), is: 'utf-16le' },
  { bytes: Buffer.from('feff', 'hex'), is: 'utf-16be' },
  { bytes: Buffer.from('efbbbf', 'hex'), is: 'utf-8' },
];

/** Delimiters, digits and line ends are ASCII: the bytes above them are zeros, before them or behind them. */
function orderOf(head: Buffer, unitBytes: 2 | 4): 'le' | 'be' | null {
  let first = 0;
  let last = 0;
  for (let i = 0; i + unitBytes <= head.length; i += unitBytes) {
    if (head[i] === 0) first += 1;
    if (head[i + unitBytes - 1] === 0) last += 1;
  }
  if (first === last) return null;
  return first > last ? 'be' : 'le';
}
