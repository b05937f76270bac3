import type { FunctionName } from '../../functions/protocol/pipeline.ts';

/** What a function needs of Lambda. */
export interface FunctionSize {
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
}

/** Lambda's own limit; the states wait 910 s, so that the function's time-out is the one a person reads. */
const longest = 900;

/** 1 769 MB is one whole vCPU: the scanner is the only code here that computes. */
const oneCpu = 1769;

/** PostgreSQL does the work and the function waits: the share of a CPU that 512 MB brings (0.29) starts Node in about a second. */
const waiting = 512;

/** One entry a function, so that a new function cannot be forgotten here. */
export const functionSizes: Readonly<Record<FunctionName, FunctionSize>> = {
  // a small load from end to end: it scans as stage does, and may be within a step when its half minute is over
  whole: { memoryMb: oneCpu, timeoutSeconds: longest },
  // the catalogue, the first bytes, and at most 30 s for the lock of a lease
  extract: { memoryMb: waiting, timeoutSeconds: 120 },
  stage: { memoryMb: oneCpu, timeoutSeconds: longest },
  validate: { memoryMb: waiting, timeoutSeconds: longest },
  transform: { memoryMb: waiting, timeoutSeconds: longest },
  merge: { memoryMb: waiting, timeoutSeconds: longest },
  report: { memoryMb: waiting, timeoutSeconds: longest },
  // waits at most 60 s for a batch of the failed execution, then writes one row and one message
  recorder: { memoryMb: waiting, timeoutSeconds: 120 },
  // 1,000 objects a listed page of about 0.2 s: a million objects in 200 s
  sweep: { memoryMb: waiting, timeoutSeconds: 300 },
  // a person waits for it
  operate: { memoryMb: waiting, timeoutSeconds: 120 },
  // 900 s at the 75 MB/s that a function's network brings: files to about 60 GB; parts of 8 MiB, four at once, in memory
  fetch: { memoryMb: oneCpu, timeoutSeconds: longest },
  // statements over ledger tables only; the longest waits for a lock that a load holds
  migrate: { memoryMb: waiting, timeoutSeconds: longest },
};
