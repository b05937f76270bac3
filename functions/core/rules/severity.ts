/**
 * What becomes of a record that breaks a rule. reject: it goes to the quarantine. warn: it is counted, and merged. refuse: it is
 * a reject, and the whole load is refused at the gate.
 */
export const severities = ['reject', 'warn', 'refuse'] as const;

/** One of them. */
export type Severity = (typeof severities)[number];
