import type { Reading } from './read-as.ts';

/** What the readings of an object's beginning come to. */
export type Decision =
  /** What is declared, or read where nothing is said; null where its header is none of the table. */
  | { readonly kind: 'as declared'; readonly reading: Reading | null }
  | { readonly kind: 'found'; readonly reading: Reading }
  /** Several ways fit and say different things: nobody chooses for the person. */
  | { readonly kind: 'ambiguous'; readonly readings: readonly Reading[] };

/**
 * Which way of reading is meant. What is read where nothing is said stands wherever its header is one of the table, but for a
 * way that fits every record of the sample where that one does not: if both say the same of the records that both can
 * read, the better one is taken, else the person is asked. A wrong guess loads wrong rows in silence, a question costs a minute.
 */
export function decide(readings: readonly Reading[]): Decision {
  const ranked = readings.toSorted((a, b) => a.unnamed - b.unnamed || a.rank - b.rank);
  const usual = ranked.find(({ rank, format }) => rank === 0 && format.skipRows === undefined) ?? null;
  if (usual !== null && usual.share === 1) return { kind: 'as declared', reading: usual };
  const whole = ranked.filter(({ share }) => share === 1);
  const rivals = usual === null ? ranked : [usual, ...whole];
  const [best] = whole.length > 0 ? whole : ranked.toSorted((a, b) => b.share - a.share);
  if (best === undefined) return { kind: 'as declared', reading: null };
  const contrary = rivals.filter((rival) => rival !== best && isRival(rival, best) && !agree(rival, best));
  if (contrary.length > 0) return { kind: 'ambiguous', readings: [best, ...contrary] };
  return usual !== null && best.share < 1 ? { kind: 'as declared', reading: usual } : { kind: 'found', reading: best };
}

/** One that fits hardly any record is no rival. */
function isRival({ share }: Reading, best: Reading): boolean {
  return share > 0 && (best.share === 1 ? share >= 0.1 : share >= best.share / 2);
}

/** Whether both say the same of each record that both can read, and both read some of them. */
function agree(one: Reading, other: Reading): boolean {
  if (one.records.size === 0 && other.records.size === 0) return true;
  let both = 0;
  for (const [offset, record] of one.records) {
    const its = other.records.get(offset);
    if (!record.fits || its?.fits !== true) continue;
    both += 1;
    for (const [column, cell] of record.cells) {
      if (its.cells.has(column) && its.cells.get(column) !== cell) return false;
    }
  }
  return both > 0;
}
