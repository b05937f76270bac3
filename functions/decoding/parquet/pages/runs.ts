/** Values of a fixed width as Parquet packs them: runs of one value, and runs of values bit by bit. Read forward, as many as asked for. */
export interface Runs {
  readonly bytes: Uint8Array;
  at: number;
  readonly end: number;
  readonly width: number;
  /** Values left of the run, and what it is made of. */
  left: number;
  value: number;
  isPacked: boolean;
  /** Of a packed run: its first byte, and the bit of the next value. */
  packedAt: number;
  bit: number;
}

/** The runs in bytes[at, end). */
export function runsIn(bytes: Uint8Array, at: number, end: number, width: number): Runs {
  if (width > 32) throw new Error(`values of ${width} bits`);
  return { bytes, at, end, width, left: 0, value: 0, isPacked: false, packedAt: 0, bit: 0 };
}

/** Bits in bytes[at, end), one a value. */
export function bitsIn(bytes: Uint8Array, at: number, end: number): Runs {
  return { ...runsIn(bytes, end, end, 1), left: (end - at) * 8, isPacked: true, packedAt: at };
}

/** Puts the next values into out[0, count). Throws where there are fewer. */
export function readRuns(runs: Runs, out: Int32Array, count: number): void {
  let done = 0;
  while (done < count) {
    if (runs.left === 0) beginRun(runs);
    const taken = Math.min(runs.left, count - done);
    if (runs.isPacked) unpack(runs, out, done, done + taken);
    else out.fill(runs.value, done, done + taken);
    runs.left -= taken;
    done += taken;
  }
}

function beginRun(runs: Runs): void {
  const { bytes, end, width } = runs;
  if (width === 0 && runs.at >= end) {
    // all are 0, and some writers leave the runs out
    runs.left = 2 ** 31;
    runs.value = 0;
    runs.isPacked = false;
    return;
  }
  let header = 0;
  for (let shift = 0; ; shift += 7) {
    if (runs.at >= end || shift > 28) throw new Error('values end in the middle');
    const byte = bytes[runs.at++] as number;
    header += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  if (header % 2 === 1) {
    const groups = (header - 1) / 2;
    runs.isPacked = true;
    runs.left = groups * 8;
    runs.packedAt = runs.at;
    runs.bit = 0;
    runs.at += groups * width;
    // the last group may be cut short where fewer values are left
    if (runs.at - end > width) throw new Error('values end in the middle');
  } else {
    runs.isPacked = false;
    runs.left = header / 2;
    const valueBytes = (width + 7) >> 3;
    if (runs.at + valueBytes > end) throw new Error('values end in the middle');
    runs.value = 0;
    for (let i = 0; i < valueBytes; i += 1) runs.value |= (bytes[runs.at++] as number) << (8 * i);
  }
  if (runs.left === 0) throw new Error('a run of no values');
}

function unpack(runs: Runs, out: Int32Array, from: number, until: number): void {
  const { bytes, width, packedAt } = runs;
  const mask = width === 32 ? -1 : 2 ** width - 1;
  let { bit } = runs;
  if (width === 1) {
    for (let i = from; i < until; i += 1) {
      out[i] = ((bytes[packedAt + (bit >>> 3)] as number) >>> (bit & 7)) & 1;
      bit += 1;
    }
  } else {
    for (let i = from; i < until; i += 1) {
      const at = packedAt + (bit >>> 3);
      const shift = bit & 7;
      let value =
        ((bytes[at] as number) |
          ((bytes[at + 1] as number) << 8) |
          ((bytes[at + 2] as number) << 16) |
          ((bytes[at + 3] as number) << 24)) >>>
        shift;
      if (width + shift > 32) value |= (bytes[at + 4] as number) << (32 - shift);
      out[i] = value & mask;
      bit += width;
    }
  }
  runs.bit = bit;
  if (packedAt + ((bit + 7) >>> 3) > runs.end) throw new Error('values end in the middle');
}
