/** The steps, in order: each is a folder of functions/ and one Lambda. */
export const steps = ['extract', 'stage', 'validate', 'transform', 'merge', 'report'] as const;
/** One of them. */
export type Step = (typeof steps)[number];

/** What the state machine calls: first the one that does all of a small load in one call, by the same code, and then the steps. */
export const machineFunctions = ['whole', ...steps] as const;

/**
 * The functions outside the state machine: recorder (failed executions), sweep (what no event told of), operate (the
 * operator's verbs), fetch (a file from an HTTPS URL into the landing bucket), migrate (the ledger's schema).
 */
export const outsideFunctions = ['recorder', 'sweep', 'operate', 'fetch', 'migrate'] as const;

/** Every function: where its handler lies is functions/<name>/handler.ts, exported as `handler`. */
export type FunctionName = (typeof machineFunctions)[number] | (typeof outsideFunctions)[number];
