import { z } from 'zod';
import { severities } from '../../../core/rules/severity.ts';
import { lookupShape } from './lookup-shape.ts';
import { isAbove, isBound } from './bounds.ts';

const bound = z.union([z.string(), z.int()]).transform(String).refine(isBound, {
  error:
    'must be a decimal number as text, like "0.5" (a JavaScript number could be rounded), or of a column of dates a day or a moment, like "2024-12-31" or "2024-12-31 23:59:59+01:00"',
});

const severity = z.enum(severities);

/** Each rule of the values of one column. */
const rules = {
  required: z.boolean().exactOptional(),
  min: bound.exactOptional(),
  max: bound.exactOptional(),
  minLength: z.int().nonnegative().exactOptional(),
  maxLength: z.int().nonnegative().exactOptional(),
  pattern: z.string().min(1).exactOptional(),
  oneOf: z.array(z.string()).min(1).exactOptional(),
  /** Not after, and not before, the start of the load. */
  notFuture: z.boolean().exactOptional(),
  notPast: z.boolean().exactOptional(),
  unique: z.boolean().exactOptional(),
  lookup: lookupShape.exactOptional(),
  /** Of the whole load. */
  maxNullShare: z.number().min(0).max(1).exactOptional(),
  distinctAtLeast: z.int().min(1).exactOptional(),
};

/** What a dataset demands of the values of one column, and what becomes of a record that breaks it: of all rules, or of each. */
export const columnRulesShape = z.strictObject({
  ...rules,
  severity: z
    .union([
      severity,
      z.strictObject(Object.fromEntries(Object.keys(rules).map((rule) => [rule, severity.exactOptional()]))),
    ])
    .exactOptional(),
});

/** As a person writes them, checked. */
export type DeclaredColumnRules = z.output<typeof columnRulesShape>;

/** Rules of one column that no value could keep together, in words. */
export function contradictions({ min, max, minLength, maxLength }: DeclaredColumnRules): readonly string[] {
  const isTooLong = minLength !== undefined && maxLength !== undefined && minLength > maxLength;
  const isTooHigh = min !== undefined && max !== undefined && isAbove(min, max);
  return [...(isTooLong ? ['minLength'] : []), ...(isTooHigh ? ['min'] : [])].map(
    (rule) => `${rule} is above ${rule.replace('min', 'max')}: no value could pass`,
  );
}
