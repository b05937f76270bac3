/** Dispositions as verdicts and slices.default_disposition store them, in one byte each. */
export const verdictCodes = {
  rejected: 'r',
  duplicate: 'd',
  new: 'n',
  changed: 'c',
  unchanged: 'u',
  stale: 's',
} as const;
