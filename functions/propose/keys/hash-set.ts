const least = 1024;

/** Hashes of 53 bits, 16 bytes each on average. Answers whether one was there already. */
export class HashSet {
  #slots = new Float64Array(least);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** False where it was there already. */
  add(hash: number): boolean {
    // an empty slot holds 0
    const own = hash === 0 ? 1 : hash;
    if (this.#size * 4 >= this.#slots.length * 3) this.#grow();
    const at = slotOf(this.#slots, own);
    if (this.#slots[at] === own) return false;
    this.#slots[at] = own;
    this.#size += 1;
    return true;
  }

  #grow(): void {
    const larger = new Float64Array(this.#slots.length * 2);
    for (const hash of this.#slots) if (hash !== 0) larger[slotOf(larger, hash)] = hash;
    this.#slots = larger;
  }
}

/** Its own slot, or the one where it belongs. */
function slotOf(slots: Float64Array, hash: number): number {
  const mask = slots.length - 1;
  let at = ((hash >>> 0) ^ Math.floor(hash / 4_294_967_296)) & mask;
  while (slots[at] !== 0 && slots[at] !== hash) at = (at + 1) & mask;
  return at;
}
