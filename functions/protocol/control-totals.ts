import { z } from 'zod';
import { decimalText } from '../core/control/decimal.ts';

/** Digits of a sum, and 100 columns of sums: far more than any source gives, and bounded. */
const longestSum = 1_000;

/** Control totals as a person or a source writes them; strict, so that a misspelt field is no silent nothing. */
export const controlTotalsSchema = z
  .strictObject({
    records: z.int().nonnegative().optional(),
    sums: z
      .record(
        z.string().min(1),
        z
          .string('must be a decimal number as text, like "12.30": a JSON number could be rounded')
          .max(longestSum)
          .regex(decimalText, 'must be a decimal number as text, like "12.30", without an exponent or blanks'),
      )
      .optional(),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/iu, 'must be the 64 hexadecimal digits of a SHA-256')
      .toLowerCase()
      .optional(),
  })
  .refine(
    ({ records, sums, sha256 }) =>
      records !== undefined || sha256 !== undefined || (sums !== undefined && Object.keys(sums).length > 0),
    'says nothing: it has none of records, sums and sha256',
  );
