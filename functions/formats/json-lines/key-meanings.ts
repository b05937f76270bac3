import type { Contract, FileColumn } from '../../core/contract.ts';
import { columnOfHeader, foldHeader } from '../shared/column-names.ts';
import type { KeyMeaning, KeySource } from './known-keys.ts';

/**
 * What the keys of records are for. Keys are looked up as the names of a header are; a renamed or ignored name with dots, as
 * `address.city`, is that key too, and else the key `city` of the object behind `address`.
 */
export function keysOfRecords(contract: Contract, fileColumns: readonly FileColumn[]): KeySource {
  const { unknownColumns = 'refuse' } = contract;
  const positions = new Map(fileColumns.map(({ column }, position) => [column?.name, position]));
  const unknown = unknownColumns === 'refuse' ? null : unknownColumns === 'ignore' ? 'ignored' : 'captured';
  const meaningOf = (key: string): KeyMeaning => {
    const name = columnOfHeader(contract, key);
    return name === null ? 'ignored' : (positions.get(name ?? '') ?? unknown);
  };
  const tree = nestedNames(contract, (column) => positions.get(column) ?? null);
  return {
    meaningOf,
    innerOf: innerOf(tree, { path: '', unknown, isKept: (key) => typeof meaningOf(key) === 'number' }),
  };
}

/** The keys of an object, folded: what each is for, and the keys of the object behind it. */
interface Names {
  readonly of: Map<string, Name>;
}

interface Name extends Names {
  meaning: number | 'ignored' | null;
}

/** Names with a dot that the dataset renames or ignores; the table's own names lead nowhere. */
function nestedNames({ headerNames, ignoredHeaders }: Contract, positionOf: (column: string) => number | null): Names {
  const tree: Names = { of: new Map() };
  const put = (header: string, meaning: number | 'ignored' | null): void => {
    const parts = header.split('.').map(foldHeader);
    if (parts.length < 2 || parts.includes('')) return;
    let at: Names = tree;
    for (const [i, part] of parts.entries()) {
      const next: Name = at.of.get(part) ?? { meaning: null, of: new Map() };
      at.of.set(part, next);
      if (i + 1 === parts.length) next.meaning = meaning;
      at = next;
    }
  };
  for (const [header, column] of Object.entries(headerNames)) {
    if (foldHeader(header) !== foldHeader(column)) put(header, positionOf(column));
  }
  for (const header of ignoredHeaders) put(header, 'ignored');
  return tree;
}

interface Around {
  readonly path: string;
  /** What becomes of a key that nothing is said of. */
  readonly unknown: 'ignored' | 'captured' | null;
  /** Whether a column takes all of the object behind the key: nothing inside of it is lost then. */
  readonly isKept: (key: string) => boolean;
}

function innerOf({ of }: Names, { path, unknown, isKept }: Around): (key: string) => KeySource | null {
  return (key) => {
    const name = of.get(foldHeader(key));
    if (name === undefined || name.of.size === 0) return null;
    const rest = isKept(key) ? 'ignored' : unknown;
    const around = {
      path: `${path}${key}.`,
      unknown: rest,
      isKept: (inner: string) => name.of.get(foldHeader(inner))?.meaning != null,
    };
    return {
      path: around.path,
      meaningOf: (inner) => name.of.get(foldHeader(inner))?.meaning ?? rest,
      innerOf: innerOf(name, around),
    };
  };
}
