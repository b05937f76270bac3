import { z } from 'zod';
import { conflictRules, ruleOf } from '../../conflict/all.ts';
import type { ConflictChoice } from '../../core/contract.ts';

/** The values that the file has. */
const ofFile = z.strictObject({ from: z.literal('file') });
const value = z
  .union([
    z
      .string()
      .max(10_000)
      .refine((text) => text.isWellFormed() && !text.includes('\0'), 'must be well-formed Unicode without NUL'),
    z.number(),
    z.boolean(),
    ofFile,
  ])
  .transform((written) => (typeof written === 'object' ? null : String(written)));

/** Fields of a dataset that say of which rows its files are the whole truth. */
export const replacedFields = {
  /** Column of the target -> its value, or `{ from: 'file' }`; of all other rows the file says nothing. */
  replaceWhere: z
    .record(z.string().min(1), value)
    .refine(
      (columns) => Object.keys(columns).length > 0,
      'names no column: leave it out, and the whole table is replaced',
    )
    .exactOptional(),
};

/** What is checked between them and the rule. */
export interface Replacing {
  readonly conflict?: ConflictChoice;
  readonly replaceWhere?: Readonly<Record<string, string | null>>;
}

/** Refuses a scope beside a rule that replaces nothing. */
export function crossCheckReplaced(
  { conflict, replaceWhere }: Replacing,
  report: (path: readonly (string | number)[], message: string) => void,
): void {
  if (replaceWhere === undefined || conflict === undefined || ruleOf({ conflict }).missing !== undefined) return;
  const replacing = conflictRules
    .filter(({ missing }) => missing !== undefined)
    .map(({ words: [word] }) => `"${word}"`);
  report(
    ['replaceWhere'],
    `goes with conflict: { rule: ${replacing.join(' or ')} } alone, which deletes what the file does not hold`,
  );
}
