/** Sizes, time-outs and patience of the S3 store; tests inject small ones. */
export interface S3Limits {
  /** Bytes of one GET. A read holds two: the one being consumed, and the next one as it arrives. */
  readonly subRangeBytes: number;
  /** Bytes of one part of an upload; two are under way at a time. */
  readonly partBytes: number;
  /** Until the TCP (and TLS) connection stands. */
  readonly connectMilliseconds: number;
  /** Without a byte on the socket of a running request, headers and body alike. */
  readonly stallMilliseconds: number;
  /** Of the SDK, per request: 5xx, throttling, connection errors, each before the first byte of the body. */
  readonly requestAttempts: number;
  /** Failures of one sub-range, of which each but the last is followed by another try from the byte already received. */
  readonly errorsPerSubRange: number;
  /** Wait after the first failure; doubles up to `longestBackoffMilliseconds`, with jitter of half of it. */
  readonly backoffMilliseconds: number;
  readonly longestBackoffMilliseconds: number;
}

/** What holds in production; every number with its reason. */
export const s3Limits: S3Limits = {
  // AWS advises ranges of 8-16 MB. At ~85 MB/s a connection 8 MiB take 0.1 s, against ~20 ms to the first byte; two are 16 MiB.
  subRangeBytes: 8 * 1024 * 1024,
  // S3 allows 10 000 parts, so a report may have 80 GB; S3's own minimum is 5 MiB.
  partBytes: 8 * 1024 * 1024,
  // A lost route to the S3 gateway endpoint looks like a silent hang; a connection inside a region stands in milliseconds.
  connectMilliseconds: 4_000,
  // S3 answers in well under 1 s and never pauses for long. Bodies are read as fast as they come, into memory, so a
  // blocked consumer (a COPY waiting for a lock) never leaves a socket silent and this time-out never ends a healthy
  // read. The SDK begins to count 3 s late. A server that is silent for ever costs 8 x 3 x 23 s = 9 minutes.
  stallMilliseconds: 20_000,
  // The SDK's standard mode: waits of up to 0.1 and 0.2 s (five times that where S3 throttles).
  requestAttempts: 3,
  // Waits of 0.2 + 0.4 + 0.8 + 1.6 + 3.2 + 5 + 5 s, less jitter: an outage of ~12 s is ridden out, longer ones are for
  // the state machine. Counted for each 8 MiB, so that patience grows with the slice and a read that advances goes on.
  errorsPerSubRange: 8,
  backoffMilliseconds: 200,
  longestBackoffMilliseconds: 5_000,
};
