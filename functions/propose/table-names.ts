import { foldHeader, isNamed } from '../formats/shared/column-names.ts';

/** Bytes of a name in PostgreSQL. */
const mostBytes = 63;

/**
 * Names of columns for those of a file, as they are typed without quotes: lower case, `_` between words. A name that the loader
 * finds by itself stays (`Customer` is customer); what has none is called by its place, and one that is there already gets a number.
 */
export function tableNames(headers: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return headers.map((header, i) => {
    const base = plainName(header) || `column_${i + 1}`;
    let own = cut(base, mostBytes);
    for (let n = 2; taken.has(own); n += 1) own = `${cut(base, mostBytes - 1 - String(n).length)}_${n}`;
    taken.add(own);
    return own;
  });
}

/** A text as a name: letters, digits and `_`, in lower case. Empty where it has none of them. */
export function plainName(text: string): string {
  const words = foldHeader(text.slice(0, 1_000)).replaceAll(/[^\p{L}\p{N}\p{M}_]+/gu, '_');
  const name = words.replace(/^_/, foldHeader(text).startsWith('_') ? '_' : '').replace(/_$/, '');
  return /^\p{N}/u.test(name) ? `_${name}` : name;
}

/** Headers that the loader would not find under these names by itself, each with its column. */
export function renamedHeaders(
  headers: readonly string[],
  names: readonly string[],
): readonly (readonly [string, string])[] {
  return headers.flatMap((header, i) => {
    const name = names[i];
    return name === undefined || !isNamed(header) || foldHeader(header) === name
      ? []
      : [[header.trim(), name] as const];
  });
}

function cut(name: string, bytes: number): string {
  let short = name;
  while (Buffer.byteLength(short) > bytes) short = [...short].slice(0, -1).join('');
  return short;
}
