import { z } from 'zod';
import { lineageKinds } from '../core/supplies/supply.ts';

/** Columns that no file brings, as a report has them: what every record has in each; `(hidden)` where that is shown to nobody. */
export const suppliedColumnsSchema = z.array(
  z.union([
    z.strictObject({ column: z.string(), constant: z.string() }),
    z.strictObject({ column: z.string(), lineage: z.enum(lineageKinds) }),
    z.strictObject({ column: z.string(), derive: z.string() }),
  ]),
);
