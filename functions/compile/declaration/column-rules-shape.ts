import { z } from 'zod';
import { isBound } from './bounds.ts';

const bound = z.union([z.string(), z.int()]).transform(String).refine(isBound, {
  error:
    'must be a decimal number as text, like "0.5" (a JavaScript number could be rounded), or of a column of dates a day or a moment, like "2024-12-31" or "2024-12-31 23:59:59+01:00"',
});

/** What a dataset demands of the values of one column. */
export const columnRulesShape = z.strictObject({
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
});

type Declared = z.output<typeof columnRulesShape>;

/** Rules of one column that no value could keep together, in words. */
export function contradictions({ minLength, maxLength }: Declared): readonly string[] {
  return minLength !== undefined && maxLength !== undefined && minLength > maxLength
    ? ['minLength is above maxLength: no value could pass']
    : [];
}
