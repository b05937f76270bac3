/** A record of a file into `t (id, boss, n)`: null is an empty cell, a broken one has a fault of its own. */
export interface Person {
  readonly id: number;
  readonly boss: number | null;
  readonly isBroken: boolean;
}

/** What becomes of records, by their place in the file, and the rows that are then in the table: id -> boss. */
export interface Fate {
  readonly rejected: ReadonlySet<number>;
  readonly duplicate: ReadonlySet<number>;
  readonly rows: ReadonlyMap<number, number | null>;
}

/**
 * The largest set of records without a fault of which each is its own boss, has none, has one in the table, or has one of the set; of
 * each key the last one of these is kept.
 * @param keepsRows rows that are there stay as they are.
 */
export function fateOf(file: readonly Person[], table: ReadonlyMap<number, number | null>, keepsRows = false): Fate {
  let passing = new Set(file.flatMap(({ isBroken }, place) => (isBroken ? [] : [place])));
  for (;;) {
    const ids = new Set([...passing].map((place) => file[place]?.id));
    const next = new Set(
      [...passing].filter((place) => {
        const { id, boss } = file[place] ?? { id: 0, boss: 0 };
        return boss === null || boss === id || table.has(boss) || ids.has(boss);
      }),
    );
    if (next.size === passing.size) break;
    passing = next;
  }
  const winners = new Map([...passing].map((place) => [file[place]?.id ?? 0, place] as const));
  const rows = new Map(table);
  for (const [id, place] of winners) if (!keepsRows || !table.has(id)) rows.set(id, file[place]?.boss ?? null);
  const kept = new Set(winners.values());
  return {
    rejected: new Set(file.flatMap((_, place) => (passing.has(place) ? [] : [place]))),
    duplicate: new Set([...passing].filter((place) => !kept.has(place))),
    rows,
  };
}
