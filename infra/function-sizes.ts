import type { FunctionName } from '../functions/contract/pipeline.ts';

/** What a function needs of Lambda. */
export interface FunctionSize {
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** It reads byte ranges of landed objects. */
  readonly readsLanding?: true;
  /** It writes report.json and the rejects file. */
  readonly writesReports?: true;
}

/** Lambda's own limit; the states wait 910 s, so that the function's time-out is the one a person reads. */
const longest = 900;

/** 1 769 MB is one whole vCPU: the scanner is the only code here that computes. */
const oneCpu = 1769;

/** PostgreSQL does the work and the function waits: the share of a CPU that 512 MB brings (0.29) starts Node in about a second. */
const waiting = 512;

/** One entry a function, so that a new function cannot be forgotten here. */
export const functionSizes: Readonly<Record<FunctionName, FunctionSize>> = {
  // the catalogue, the first bytes, and at most 30 s for the lock of a lease
  extract: { memoryMb: waiting, timeoutSeconds: 120, readsLanding: true },
  stage: { memoryMb: oneCpu, timeoutSeconds: longest, readsLanding: true },
  validate: { memoryMb: waiting, timeoutSeconds: longest, readsLanding: true },
  transform: { memoryMb: waiting, timeoutSeconds: longest, readsLanding: true },
  merge: { memoryMb: waiting, timeoutSeconds: longest, readsLanding: true },
  report: { memoryMb: waiting, timeoutSeconds: longest, writesReports: true },
  recorder: { memoryMb: waiting, timeoutSeconds: 60 },
};
