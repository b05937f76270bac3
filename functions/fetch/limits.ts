/** Time-outs and patience of a fetch; tests inject small ones. */
export interface FetchLimits {
  /** Until the TLS connection to one address stands. */
  readonly connectMilliseconds: number;
  /** Without a byte while one is waited for: before the headers, and then between two pieces of the body. */
  readonly stallMilliseconds: number;
  readonly redirects: number;
  /** Breaks of one body after which the rest is asked for. */
  readonly resumptions: number;
  /** From the first byte, each with an upload of its own. */
  readonly attempts: number;
  /** Wait after the first failure; doubles from failure to failure, with jitter of half of it. */
  readonly backoffMilliseconds: number;
  /** The longest Retry-After that is waited for; a server that asks for more is left to Lambda's own retries. */
  readonly longestWaitMilliseconds: number;
}

/** What holds in production; every number with its reason. */
export const fetchLimits: FetchLimits = {
  // across the world it stands in ~1 s; three lost packets of TCP's own retries are 7 s
  connectMilliseconds: 10_000,
  // servers that make the file when they are asked are silent before its first byte; load balancers give up after 60 s too
  stallMilliseconds: 60_000,
  // login-free downloads have one or two (a short link, then a signed URL)
  redirects: 5,
  // a file of 10 GB over a line that breaks each GB
  resumptions: 10,
  // the Lambda itself is called three times for an event that fails, a minute and two minutes later
  attempts: 3,
  // 1 + 2 s between attempts: a server that is restarted takes longer, and that is for Lambda's own retries
  backoffMilliseconds: 1_000,
  // as long as Lambda's own second retry waits; each attempt may, and 900 s have room for it
  longestWaitMilliseconds: 120_000,
};
