/**
 * Fetches piece after piece in order, one ahead of the consumer, so that at most two results are alive. The signal
 * given to `fetch` is aborted when the consumer stops early; no fetch is under way any more once this generator ended.
 */
export async function* oneAhead<Piece, Result>(
  pieces: Iterable<Piece>,
  fetch: (piece: Piece, stopped: AbortSignal) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const stop = new AbortController();
  const waiting = pieces[Symbol.iterator]();
  let current = begin();
  try {
    while (current !== null) {
      const result = await current;
      current = begin();
      yield result;
    }
  } finally {
    stop.abort();
    await current?.catch(() => undefined);
  }

  function begin(): Promise<Result> | null {
    const next = waiting.next();
    if (next.done === true) return null;
    const begun = fetch(next.value, stop.signal);
    // A failure is thrown where the result is awaited, which may be later than it happens.
    begun.catch(() => undefined);
    return begun;
  }
}
