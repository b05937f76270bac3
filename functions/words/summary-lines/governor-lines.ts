import type { LoadReport } from '../../protocol/outcomes.ts';
import { printable } from '../../core/printable.ts';
import { duration } from '../quantities.ts';

/** Why a load went slowly beside others, what it waited for, and which signals it did not see; nothing where none was the case. */
export function governorLines({ governor, live }: LoadReport): readonly string[] {
  const beside =
    live?.isLive === true
      ? [`  live        ${printable(live.why)}: it did less at once (docs/production.md#live-or-not)`]
      : [];
  if (governor === undefined) return beside;
  const lost = Object.entries(governor.secondsLost)
    .filter(([, seconds]) => seconds > 0)
    .toSorted(([, a], [, b]) => b - a)
    .map(([signal, seconds]) => `${duration(1_000 * seconds)} ${reason(signal)}`);
  const unseen = governor.unknown.map(({ signal }) => printable(signal));
  return [
    ...beside,
    ...(lost.length === 0 ? [] : [`  waited      ${lost.join(', ')}`]),
    ...(unseen.length === 0 ? [] : [`  not seen    ${unseen.join(', ')}: report.json and landfall doctor say why`]),
  ];
}

function reason(signal: string): string {
  return signal === 'paused' ? 'while the table was paused' : `for ${printable(signal)}`;
}
