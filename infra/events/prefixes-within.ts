/**
 * The beginnings of keys that a rule looks for: each key that begins with one of the prefixes begins with one of these, and as
 * few others do as there is room. A prefix under another one is left out; where they take more characters than `most`, as a
 * pattern of EventBridge is written, the two that share the longest beginning become that beginning, until they fit. In the
 * end that is the empty one, with which every key begins.
 */
export function prefixesWithin(prefixes: readonly string[], most: number): readonly string[] {
  let kept = withoutNested(prefixes);
  while (kept.length > 1 && charactersOf(kept) > most) kept = withoutNested(joinNearest(kept));
  return charactersOf(kept) > most ? [''] : kept;
}

/** In their order, so that those under a prefix follow it and those that share a beginning are neighbours. */
function withoutNested(prefixes: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (const prefix of prefixes.toSorted(byCodeUnit)) {
    const last = kept.at(-1);
    if (last === undefined || !prefix.startsWith(last)) kept.push(prefix);
  }
  return kept;
}

/** Of neighbours with equally long beginnings all become one: `feed-1/`, `feed-2/` and `feed-3/` are `feed-` together. */
function joinNearest(sorted: readonly string[]): readonly string[] {
  const shared = sorted.slice(1).map((prefix, at) => sharedBeginning(sorted[at] ?? '', prefix));
  const longest = Math.max(...shared.map(({ length }) => length));
  return [...sorted, ...shared.filter(({ length }) => length === longest)];
}

function sharedBeginning(one: string, other: string): string {
  const [characters, others] = [[...one], [...other]];
  const end = characters.findIndex((character, at) => character !== others[at]);
  return end < 0 ? one : characters.slice(0, end).join('');
}

function byCodeUnit(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

/** As the template writes them: `{"prefix":"..."},` each. */
function charactersOf(prefixes: readonly string[]): number {
  return prefixes.reduce((sum, prefix) => sum + JSON.stringify({ prefix }).length + 1, 0);
}
