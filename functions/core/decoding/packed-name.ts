/** What names of packed files end with; the bytes alone say whether it is so. */
const endings = { gzip: '.gz', zstd: '.zst', zip: '.zip' } as const;

/** A way in which names say that files are packed. */
export type NamedPacking = keyof typeof endings;

/** How a name says that its file is packed; null: not at all. */
export function packingInName(name: string): NamedPacking | null {
  const ways = Object.keys(endings) as readonly NamedPacking[];
  return ways.find((way) => name.toLowerCase().endsWith(endings[way])) ?? null;
}

/** The name of what is inside: `orders.ndjson` of `orders.ndjson.gz`. */
export function nameWithoutPacking(name: string): string {
  const way = packingInName(name);
  return way === null ? name : name.slice(0, -endings[way].length);
}

/** What a name says of how its file is packed, and what the bytes are, where it is not the same; a name that says nothing says nothing wrong. */
export function misnaming(
  fileName: string,
  outermost: string | undefined,
): { readonly name: NamedPacking; readonly bytes: NamedPacking | 'none' } | null {
  const name = packingInName(fileName);
  const bytes = Object.hasOwn(endings, outermost ?? '') ? (outermost as NamedPacking) : 'none';
  return name === null || name === bytes ? null : { name, bytes };
}
