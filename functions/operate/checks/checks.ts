import { z } from 'zod';
import { printableLines } from '../../core/printable.ts';
import { columns } from '../../words/quantities.ts';

/** What a check found. note: nothing is broken, and whoever runs this should know. */
export const checkSchema = z.strictObject({
  check: z.string(),
  state: z.enum(['ok', 'failed', 'note']),
  said: z.string(),
  /** What to do now; null where there is nothing. */
  fix: z.string().nullable(),
});
/** One of them. */
export type Check = z.infer<typeof checkSchema>;

/** It is as it should be. */
export function passed(check: string, said: string): Check {
  return { check, state: 'ok', said, fix: null };
}

/** It is not, and this mends it. */
export function failed(check: string, said: string, fix: string): Check {
  return { check, state: 'failed', said, fix };
}

/** Worth knowing. */
export function noted(check: string, said: string, fix: string | null = null): Check {
  return { check, state: 'note', said, fix };
}

/** A check a line, and under what failed what to do. */
export function showChecks(checks: readonly Check[]): string {
  const marks = { ok: 'ok', failed: 'FAILED', note: 'note' } as const;
  const table = columns(checks.map(({ check, state, said }) => [marks[state], check, said]));
  const lines = table.trimEnd().split('\n');
  return checks
    .map(
      ({ fix }, i) =>
        `${lines[i] ?? ''}\n${fix === null ? '' : `        do: ${printableLines(fix).replaceAll('\n', '\n            ')}\n`}`,
    )
    .join('');
}
