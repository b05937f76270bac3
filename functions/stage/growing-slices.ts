/** Slices of the wished length, 19 GiB of the default one; from there on they double every 20 slices, so that 1,000 of them hold any object. */
const slicesAsWished = 600;
const slicesPerDoubling = 20;

/** Bytes of a slice, from 0, of a content whose length is not known: it is cut as it comes, and slices are no more than 1,000. */
export function growingSliceBytes(slice: number, wishedBytes: number): number {
  const doublings = Math.max(0, Math.ceil((slice + 1 - slicesAsWished) / slicesPerDoubling));
  return wishedBytes * 2 ** doublings;
}
