/** The columns of rejects.csv that come before those of the source: their names are none that a source has. */
export const placeColumns = {
  load: 'landfall.load',
  line: 'landfall.line',
  record: 'landfall.record',
  codes: 'landfall.codes',
  reasons: 'landfall.reasons',
} as const;

/** The one behind those of the source: records that cannot be told apart into its columns stand there whole. */
export const wholeColumn = 'landfall.whole_record';

/** Behind that, where the load has several objects: which one the record is of. */
export const objectColumn = 'landfall.object';

/** The header of a load's rejects.csv. */
export function rejectsHeader(source: readonly string[], { several = false } = {}): readonly string[] {
  return [...Object.values(placeColumns), ...source, wholeColumn, ...(several ? [objectColumn] : [])];
}
