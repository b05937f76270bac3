/** As many as a load may have. Small ones share slices, of which it may have 1,000 (docs/adr/0092); each is a row of the ledger, and a HEAD before. */
export const objectsAtMost = 10_000;
