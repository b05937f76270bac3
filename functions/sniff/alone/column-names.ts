import { foldHeader } from '../../formats/shared/column-names.ts';

/** Bytes of a name in PostgreSQL. */
const mostBytes = 63;

/**
 * Names of a table's columns for those of a file: what has none is called by its place, what is longer than PostgreSQL takes is
 * cut, and a name that is there already gets a number.
 */
export function columnNames(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name, i) => {
    const base = name.trim() === '' ? `col_${i}` : name;
    let own = cut(base, mostBytes);
    for (let n = 2; taken.has(foldHeader(own)); n += 1) own = `${cut(base, mostBytes - 1 - String(n).length)}_${n}`;
    taken.add(foldHeader(own));
    return own;
  });
}

function cut(name: string, bytes: number): string {
  let short = name;
  while (Buffer.byteLength(short) > bytes) short = [...short].slice(0, -1).join('');
  return short;
}
