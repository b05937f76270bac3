/** Texts that are fetched by name and kept for a while. */
export interface Kept {
  read(name: string): Promise<string>;
  /** The value that replaced `stale`, which no longer works: fetched anew, unless another caller has fetched it since. */
  readAgain(name: string, stale: string): Promise<string>;
}

/** Keeps each text for so long; one fetch at a time for a name, and a failed one is not kept. */
export function keptFor(
  milliseconds: number,
  fetch: (name: string) => Promise<string>,
  now: () => number = () => performance.now(),
): Kept {
  const kept = new Map<string, { readonly until: number; readonly text: Promise<string> }>();
  const fetched = (name: string): Promise<string> => {
    const text = fetch(name);
    kept.set(name, { until: now() + milliseconds, text });
    text.catch(() => {
      if (kept.get(name)?.text === text) kept.delete(name);
    });
    return text;
  };
  return {
    async read(name) {
      const found = kept.get(name);
      return await (found !== undefined && now() < found.until ? found.text : fetched(name));
    },
    async readAgain(name, stale) {
      const found = await kept.get(name)?.text;
      return found !== undefined && found !== stale ? found : await fetched(name);
    },
  };
}
