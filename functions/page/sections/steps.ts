import type { LoadReport } from '../../protocol/outcomes.ts';
import { count, duration, plural } from '../../words/quantities.ts';
import { line, shareBar } from '../charts.ts';
import type { PageFacts } from '../facts.ts';
import { html, joined, type Html } from '../html.ts';
import { within } from '../room.ts';

/** Bytes that signals which were not seen may take. */
const roomBytes = 5_000;

/** How long each step took, how fast it was, and what the merge waited for. */
export function stepsSection({ report }: PageFacts): Html | null {
  const steps = Object.entries(report.milliseconds).filter(([, milliseconds]) => milliseconds > 0);
  if (steps.length === 0) return null;
  const all = steps.reduce((sum, [, milliseconds]) => sum + milliseconds, 0);
  const rows = steps.map(([step, milliseconds]) => {
    const rate = Math.round((report.counts.records * 1_000) / milliseconds);
    return html`<tr><th scope="row">${step}</th><td class="number">${duration(milliseconds)}</td><td class="number">${report.counts.records === 0 ? null : count(rate)}</td><td>${shareBar(milliseconds / all)}</td></tr>`;
  });
  return html`<section>
<h2>Steps</h2>
<div class="scroll" tabindex="0"><table><caption>${plural(report.slices, 'slice')}, ${plural(report.batches, 'batch')}.</caption>
<thead><tr><th scope="col">step</th><th scope="col" class="number">time</th><th scope="col" class="number">records/s</th><th scope="col">of all</th></tr></thead>
<tbody>${joined(rows)}</tbody></table></div>
${waits(report)}
</section>`;
}

function waits({ governor, live }: LoadReport): Html | null {
  if (governor === undefined) return null;
  const lost = Object.entries(governor.secondsLost).filter(([, seconds]) => seconds > 0);
  const points = governor.batches.map(({ at, rows, ms }) => ({
    at: Date.parse(at),
    value: Math.round((rows * 1_000) / Math.max(ms, 1)),
  }));
  const most = Math.max(...points.map(({ value }) => value), 0);
  const label = `Merge over time, at most ${count(most)} records a second`;
  return html`${points.length < 2 ? null : html`<figure>${line(points, label)}<figcaption class="soft">${label}, in ${plural(points.length, 'transaction')}</figcaption></figure>`}
${live?.isLive === true ? html`<p>The table is in use: ${live.why}</p>` : null}
${lost.length === 0 ? null : html`<p>Waited: ${lost.map(([signal, seconds]) => `${duration(1_000 * seconds)} for ${signal}`).join(', ')}</p>`}
${
  governor.unknown.length === 0
    ? null
    : html`<ul>${joined(
        within(
          governor.unknown.map(
            ({ signal, why }) =>
              () =>
                html`<li>Not seen: ${signal}. ${why}</li>`,
          ),
          roomBytes,
        ),
      )}</ul>`
}`;
}
