/** The steps, in order: each is a folder of functions/ and one Lambda. */
export const steps = ['extract', 'stage', 'validate', 'transform', 'merge', 'report'] as const;
/** One of them. */
export type Step = (typeof steps)[number];

/** The functions outside the state machine. */
export const outsideFunctions = ['recorder'] as const;

/** Every function: where its handler lies is functions/<name>/handler.ts, exported as `handler`. */
export type FunctionName = Step | (typeof outsideFunctions)[number];
