import { z } from 'zod';
import { severities } from '../../../core/rules/severity.ts';
import { showText } from '../../../words/did-you-mean.ts';

/** 10,000 characters: what is longer belongs into a function. */
const expression = z.string().trim().min(1).max(10_000);

const ruleFields = {
  name: z.string().trim().min(1).max(100),
  sql: expression,
  words: z.string().trim().min(1).max(500).exactOptional(),
};

/** Predicates over a record; PostgreSQL parses them when the contract is compiled. */
export const recordRulesShape = z
  .array(z.strictObject({ ...ruleFields, severity: z.enum(severities).exactOptional() }))
  .default([])
  .check(z.superRefine(namedOnce));

/** Conditions over a load, parsed then too. */
export const loadRulesShape = z
  .array(z.strictObject({ ...ruleFields, severity: z.enum(['warn', 'refuse']).exactOptional() }))
  .default([])
  .check(z.superRefine(namedOnce));

function namedOnce(rules: readonly { readonly name: string }[], context: z.RefinementCtx): void {
  const names = rules.map(({ name }) => name);
  names.forEach((name, i) => {
    if (names.indexOf(name) < i) {
      context.addIssue({ code: 'custom', path: [i, 'name'], message: `names ${showText(name)} a second time` });
    }
  });
}
