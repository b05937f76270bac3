import type { ControlTotals } from '../../core/control/totals.ts';
import { problemsOf } from '../../compile/declaration/problems.ts';
import { parsedJson } from '../../core/parsed-json.ts';
import { controlTotalsSchema } from '../../protocol/control-totals.ts';

/** `{ "records": 12, "sums": { "amount": "12.30" }, "sha256": "..." }`, of which any may be missing; or all that is wrong with it. */
export function readControlJson(
  text: string,
): { readonly totals: ControlTotals } | { readonly problems: readonly string[] } {
  const written = parsedJson(text);
  if (written === null) return { problems: ['is no JSON object'] };
  const parsed = controlTotalsSchema.safeParse(written, { reportInput: true });
  return parsed.success
    ? { totals: parsed.data }
    : { problems: problemsOf(parsed.error, controlTotalsSchema, 'control totals') };
}
