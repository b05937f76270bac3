import { z } from 'zod';
import { parseByteSize } from '../../core/byte-size.ts';
import { trafficBounds } from './traffic-bounds.ts';
import { inCode } from '../../words/did-you-mean.ts';

const { targetBatchMs, lockTimeoutMs, deadlineMinutes } = trafficBounds;

const statement = z.string().trim().min(1).max(10_000);

/** Bytes, as a number or with a unit as in PostgreSQL's settings: 20MB. */
const bytes = z.union([z.int().min(1), z.string()]).transform((written, context) => {
  const parsed = typeof written === 'number' ? written : parseByteSize(written);
  if (parsed !== null) return parsed;
  context.addIssue({
    code: 'custom',
    message: `must be a number of bytes above 0, or a text with a unit (kB, MB, GB, TB) like "20MB", not ${typeof written === 'string' ? inCode(written) : String(written)}`,
    input: written,
  });
  return z.NEVER;
});

/** 1 MB to 1 TB: PostgreSQL takes less and more, nobody means it. */
const memorySize = bytes.refine((size) => size >= 1_024 ** 2 && size <= 1_024 ** 4, {
  error: 'must be 1MB to 1TB',
});

/** A statement alone stops the merge while it answers more than 0, as gh-ost's --throttle-query does. */
const throttleQuery = z
  .union([
    statement,
    z.strictObject({ sql: statement, slowAbove: z.number().exactOptional(), stopAbove: z.number().default(0) }),
  ])
  .transform((written) => (typeof written === 'string' ? { sql: written, stopAbove: 0 } : written))
  .refine(({ slowAbove, stopAbove }) => slowAbove === undefined || slowAbove <= stopAbove, {
    path: ['slowAbove'],
    error: 'is above stopAbove: the merge would have stopped before it slows down',
  });

/** Fields of a dataset that say how its loads behave towards others that use the target; a request may say other ones. */
export const trafficFields = {
  live: z.enum(['auto', 'yes', 'no']).exactOptional(),
  indexes: z.enum(['auto', 'keep', 'rebuild']).exactOptional(),
  atomic: z.enum(['auto', 'yes', 'no']).exactOptional(),
  maxLagBytes: bytes.exactOptional(),
  maxLagSeconds: z.number().positive().exactOptional(),
  throttleQuery: throttleQuery.exactOptional(),
  targetBatchMs: z.int().min(targetBatchMs.least).max(targetBatchMs.most).exactOptional(),
  lockTimeoutMs: z.int().min(lockTimeoutMs.least).max(lockTimeoutMs.most).exactOptional(),
  deadlineMinutes: z.number().positive().max(deadlineMinutes.most).exactOptional(),
  memory: z
    .strictObject({ workMem: memorySize.exactOptional(), maintenanceWorkMem: memorySize.exactOptional() })
    .exactOptional(),
};

/** The names of those fields. */
export const trafficNames = Object.keys(trafficFields) as readonly (keyof typeof trafficFields)[];

type Declared = z.output<z.ZodObject<typeof trafficFields>>;

/** Those fields of a dataset, in one object; absent where nothing is said. */
export function trafficOf(declared: Declared): Declared {
  return Object.fromEntries(
    trafficNames.flatMap((name) => (declared[name] === undefined ? [] : [[name, declared[name]]])),
  );
}
