import type { ColumnStatistics } from '../columns/column-statistics.ts';

/** A column that may be part of a key. */
export interface KeyColumn {
  /** In the file, from 0. */
  readonly at: number;
  /** How little it looks like one: 0 is called like a key, 1 may be one, 2 is a measure or a mark. */
  readonly rank: 0 | 1 | 2;
}

/** A longer cell is prose; an entry of an index holds 2,704 bytes (PostgreSQL, BTMaxItemSize). */
const mostBytes = 500;

const keyWords = new Set(
  'id,ids,key,code,no,nr,num,number,uuid,guid,sku,isbn,ean,iban,email,slug,ref,reference,serial,identifier'.split(','),
);

/** The columns of which a key can be made, the likeliest first, then as they stand in the file. NULL is in no key. */
export function keyColumns(names: readonly string[], statistics: readonly ColumnStatistics[]): readonly KeyColumn[] {
  return statistics
    .flatMap((column, at) => {
      const rank = rankOf(names[at] ?? '', column);
      return rank === null ? [] : [{ at, rank }];
    })
    .toSorted((a, b) => a.rank - b.rank || a.at - b.at);
}

function rankOf(name: string, column: ColumnStatistics): KeyColumn['rank'] | null {
  const [kind] = column.kinds;
  if (column.nulls > 0 || column.records === 0 || column.filled === 0) return null;
  if (column.maxBytes > mostBytes || kind === 'exponents') return null;
  if (kind === 'decimal' || kind === 'boolean' || column.emptyTexts > 0) return 2;
  return kind === 'uuid' || isNamedAsKey(name) ? 0 : 1;
}

/** The last word of a name says what it is: `order_id`, `Customer No`, `orderId`. */
function isNamedAsKey(name: string): boolean {
  const words = name
    .slice(0, 200)
    .replaceAll(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  return keyWords.has(words.at(-1) ?? '');
}
