import type { ControlTotals } from '../../core/control/totals.ts';
import { problemsOf } from '../../compile/declaration/problems.ts';
import { doubledKey } from '../../core/control/doubled-key.ts';
import { parsedJson } from '../../core/parsed-json.ts';
import { showText } from '../../words/did-you-mean.ts';
import { controlTotalsSchema } from '../../protocol/control-totals.ts';

/** `{ "records": 12, "sums": { "amount": "12.30" }, "sha256": "..." }`, of which any may be missing; or all that is wrong with it. */
export function readControlJson(
  text: string,
): { readonly totals: ControlTotals } | { readonly problems: readonly string[] } {
  const written = parsedJson(text);
  if (written === null) return { problems: ['is no JSON object'] };
  const doubled = doubledKey(text);
  if (doubled !== null) return { problems: [`has ${showText(doubled)} twice, and nobody knows which one counts`] };
  // which the schema would leave out without a word
  if (namesProto(written)) return { problems: ['names "__proto__", which cannot be asked for here'] };
  const parsed = controlTotalsSchema.safeParse(written, { reportInput: true });
  return parsed.success
    ? { totals: parsed.data }
    : { problems: problemsOf(parsed.error, controlTotalsSchema, 'control totals') };
}

function namesProto(written: unknown): boolean {
  const sums: unknown =
    typeof written === 'object' && 'sums' in (written as object) ? (written as { sums: unknown }).sums : null;
  return typeof sums === 'object' && sums !== null && Object.hasOwn(sums, '__proto__');
}
