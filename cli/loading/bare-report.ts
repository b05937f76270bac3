import { nothingCounted } from '../../functions/core/dispositions.ts';
import type { LoadReport, Outcome } from '../../functions/protocol/outcomes.ts';

const noMilliseconds: LoadReport['milliseconds'] = {
  extract: 0,
  stage: 0,
  validate: 0,
  transform: 0,
  merge: 0,
  report: 0,
};

/** The report of something that never became a load in the ledger: ignored, or failed before it could be claimed. */
export function bareReport(of: {
  readonly object: { readonly bucket: string; readonly key: string; readonly versionId?: string | null };
  readonly dataset: string | null;
  readonly outcome: Outcome;
  readonly code: string | null;
  readonly message: string | null;
}): LoadReport {
  const { bucket, key, versionId = null } = of.object;
  return {
    loadId: null,
    dataset: of.dataset,
    object: { bucket, key, versionId, etag: null, size: null },
    outcome: of.outcome,
    ...(of.code === null ? {} : { code: of.code }),
    ...(of.message === null ? {} : { message: of.message }),
    counts: nothingCounted,
    rejectsByCode: [],
    timeZone: null,
    bytes: 0,
    slices: 0,
    batches: 0,
    milliseconds: noMilliseconds,
    reportPath: null,
    rejectsPath: null,
  };
}
