import { z } from 'zod';
import { targetOf } from '../compile/compile.ts';
import { parseTargetName, showTarget, type TargetName } from '../core/target-name.ts';
import { many, one } from '../db/client.ts';
import type { PauseRow } from '../ledger/operations/pauses-sql.ts';
import { didYouMean, showText } from '../words/did-you-mean.ts';
import type { OperateDeps } from './deps.ts';
import { OperationRefused } from './errors.ts';
import { type KnownTarget, selectKnownTarget, selectTables } from './paused-targets-sql.ts';

/** A table as a person names it, in the form that leases have: `orders` becomes `public.orders`. */
export const targetSchema = z.string().transform((typed, context) => {
  const target = parseTargetName(typed);
  if (target !== null) return showTarget(target);
  context.addIssue({
    code: 'custom',
    message: `${showText(typed)} is not the name of a table, such as public.orders`,
    input: typed,
  });
  return z.NEVER;
});

/** Who paused a target, since when (ISO 8601) and why. */
export const pauseSchema = z.strictObject({
  target: z.string(),
  by: z.string(),
  since: z.string(),
  why: z.string().nullable(),
});

/** The same of its row. */
export function pauseOf({ target, by, paused_at: pausedAt, why }: PauseRow): z.infer<typeof pauseSchema> {
  return { target, by, since: pausedAt.toISOString(), why };
}

/**
 * Whether a load ever got as far as the merge into this target.
 * @throws OperationRefused where it is neither a table nor the target of a dataset or load: a mistyped name would pause nothing.
 */
export async function demandTarget(target: string, deps: OperateDeps): Promise<{ readonly isLoaded: boolean }> {
  const declared = deps.datasets.map((dataset) => showTarget(targetOf(dataset)));
  const named = parseTargetName(target) as TargetName;
  const known = await one<KnownTarget>(deps.db, selectKnownTarget(named, target));
  if (known.is_there || known.is_loaded || declared.includes(target)) return { isLoaded: known.is_loaded };
  const tables = (await many<TargetName>(deps.db, selectTables())).map(showTarget);
  const near = didYouMean(target, [...new Set([...tables, ...declared])]);
  throw new OperationRefused(
    `there is no table ${showText(target)}, and no load or dataset has it for its target.${near} Case counts`,
  );
}
