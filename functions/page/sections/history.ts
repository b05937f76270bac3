import { count, duration, percent, second } from '../../words/quantities.ts';
import { bars } from '../charts.ts';
import type { PageFacts, PastLoad } from '../facts.ts';
import { html, joined, type Html } from '../html.ts';

const rejectShare = ({ records, rejected }: PastLoad): number => (records === 0 ? 0 : rejected / records);

/** The last loads of the same dataset, this one marked. */
export function historySection({ report, history }: PageFacts): Html | null {
  if (history.length < 2) return null;
  const marked = history.findIndex(({ loadId }) => loadId === report.loadId);
  const chart = (title: string, of: (load: PastLoad) => number, said: (value: number) => string): Html =>
    bars({ title, values: history.map(of), marked, said });
  const rows = history
    .toReversed()
    .map(
      (load) =>
        html`<tr><th scope="row">${load.loadId}${load.loadId === report.loadId ? ' (this one)' : ''}</th><td>${second(load.startedAt)}</td><td>${load.outcome}</td><td class="number">${count(load.records)}</td><td class="number">${percent(rejectShare(load))}</td><td class="number">${duration(load.milliseconds)}</td></tr>`,
    );
  return html`<section>
<h2>Loads of this dataset before</h2>
<div class="charts">${chart('Records', ({ records }) => records, count)}${chart('Share of rejects', rejectShare, percent)}${chart('Duration', ({ milliseconds }) => milliseconds, duration)}</div>
<details><summary>As a table</summary><div class="scroll" tabindex="0"><table>
<thead><tr><th scope="col">load</th><th scope="col">began</th><th scope="col">outcome</th><th scope="col" class="number">records</th><th scope="col" class="number">rejects</th><th scope="col" class="number">duration</th></tr></thead>
<tbody>${joined(rows)}</tbody></table></div></details>
</section>`;
}
