/** A small seeded generator (mulberry32): the same seed gives the same numbers on every machine. */
export interface Random {
  /** A float in [0, 1). */
  next(): number;
  /** An integer in [0, below). */
  below(below: number): number;
}

/** @param seed any integer; only its low 32 bits count. */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return { next, below: (below) => Math.floor(next() * below) };
}

/**
 * A fixed permutation of [0, size) that looks random and needs no memory: bijective mixing of the smallest number of
 * bits that holds `size`, walked until it falls inside the range (at most two tries on average).
 */
export function permutation(size: number, seed: number): (index: number) => number {
  const bits = Math.max(2, Math.ceil(Math.log2(Math.max(size, 2))));
  const mask = 2 ** bits - 1;
  const shift = bits >> 1;
  const odd = (Math.imul(seed, 0x9e3779b1) | 1) >>> 0;
  const mix = (value: number): number => {
    let mixed = Math.imul(value ^ (value >>> shift), odd) & mask;
    mixed = Math.imul(mixed ^ (mixed >>> shift), 0x85ebca6b) & mask;
    return (mixed ^ (mixed >>> shift)) >>> 0;
  };
  return (index) => {
    let place = mix(index);
    while (place >= size) place = mix(place);
    return place;
  };
}
