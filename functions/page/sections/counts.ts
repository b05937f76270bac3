import { countNames } from '../../core/dispositions.ts';
import type { Counts } from '../../protocol/outcomes.ts';
import { count, percent, plural } from '../../words/quantities.ts';
import { shareBar } from '../charts.ts';
import type { PageFacts } from '../facts.ts';
import { html, joined, type Html } from '../html.ts';

/** What became of the records: bars that add up to all of them. */
export function countsSection({ report: { counts, planned, outcome } }: PageFacts): Html | null {
  if (counts.records === 0 && planned === undefined) return null;
  const would = outcome === 'DRY_RUN' || outcome === 'HELD' ? 'would become' : 'became';
  return html`<section>
<h2>Records</h2>
${table(counts, `What ${would} of ${plural(counts.records, 'record')}`)}
${planned === undefined ? null : table(planned, 'What would have become of them, as the gate judged them')}
</section>`;
}

function table(counts: Counts, caption: string): Html {
  const rows = countNames.filter((name) => counts[name] > 0);
  const cells = rows.map((name) => {
    const share = counts.records === 0 ? 0 : counts[name] / counts.records;
    return html`<tr><th scope="row">${name}</th><td class="number">${count(counts[name])}</td><td class="number">${percent(share)}</td><td>${shareBar(share)}</td></tr>`;
  });
  return html`<div class="scroll" tabindex="0"><table><caption>${caption}</caption>
<thead><tr><th scope="col">disposition</th><th scope="col" class="number">records</th><th scope="col" class="number">share</th><th scope="col">of all</th></tr></thead>
<tbody>${joined(cells)}</tbody></table></div>`;
}
