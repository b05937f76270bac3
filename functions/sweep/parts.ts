/** Parts of one run, of which none keeps a later one from its work. */
export interface Parts {
  /** What the part answers; `otherwise`, where it fails. */
  run<T>(part: () => Promise<T>, otherwise: T): Promise<T>;
  /** Throws what the first part that failed has thrown: once all are done, so that the run counts as failed. */
  end(): void;
}

/** For one run. */
export function parts(): Parts {
  const faults: { readonly error: unknown }[] = [];
  return {
    async run(part, otherwise) {
      try {
        return await part();
      } catch (error) {
        faults.push({ error });
        return otherwise;
      }
    },
    end() {
      const [first] = faults;
      if (first !== undefined) throw first.error;
    },
  };
}
