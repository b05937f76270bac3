/**
 * As many as a load may have: each has a slice at least, of the 1,000 that a load may have, and larger ones have several.
 */
export const objectsAtMost = 900;
