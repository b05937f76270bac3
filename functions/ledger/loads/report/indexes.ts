import type { LoadReport } from '../../../protocol/outcomes.ts';
import type { StoredIndexPlan } from '../stored-index-plan.ts';

interface DroppedIndex {
  readonly name: string;
  readonly isBack: boolean;
  readonly seconds: number | null;
  readonly trouble: string | null;
}

/** What the report reads of a load's indexes. */
export interface IndexesRow {
  indexes: StoredIndexPlan | null;
  dropped_indexes: readonly DroppedIndex[];
}

/** What was planned of each index of the target, and what became of it; nothing where none was planned. */
export function indexesOf({ indexes: planned, dropped_indexes: dropped }: IndexesRow): Pick<LoadReport, 'indexes'> {
  if (planned === null) return {};
  const { plan, why } = planned;
  const indexes = planned.indexes.map((index) => {
    const { name, sizeBytes } = index;
    const found = dropped.find((each) => each.name === name);
    const became = found === undefined ? 'kept' : found.isBack ? 'rebuilt' : 'missing';
    return {
      ...{ name, sizeBytes, plan: index.plan },
      became,
      why: found?.trouble == null ? index.why : `it could not be built: ${found.trouble}`,
      seconds: found?.seconds ?? null,
    } as const;
  });
  return { indexes: { plan, why, indexes } };
}
