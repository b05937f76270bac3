import { count } from '../../words/quantities.ts';
import { cut } from '../cut.ts';
import type { PageFacts } from '../facts.ts';
import { html, joined, type Html } from '../html.ts';
import { within } from '../room.ts';

/** Bytes that sums may take. */
const roomBytes = 15_000;

/** Control totals: what the source says of itself, beside what was read, staged and merged. */
export function reconciliationSection({ report: { control } }: PageFacts): Html | null {
  if (control === undefined) return null;
  const { records, sums, from, sha256, md5 } = control;
  const figure = (value: number | null): string => (value === null ? '' : count(value));
  const sumRows = within(
    sums.map(({ column, expected, source, staging, table }) => () => {
      const found = [expected, source, staging, table].map(
        (text) => html`<td class="number">${cut(text ?? '', 80)}</td>`,
      );
      return html`<tr><th scope="row">sum of ${cut(column, 80)}</th>${joined(found)}</tr>`;
    }),
    roomBytes,
  );
  const digests = Object.entries({ sha256, md5 }).flatMap(([name, digest]) =>
    digest === undefined
      ? []
      : [
          html`<tr><th scope="row">${name}</th><td><code>${cut(digest.expected, 80)}</code></td><td><code>${digest.source ?? ''}</code></td><td></td><td></td></tr>`,
        ],
  );
  return html`<section>
<h2>Control totals</h2>
<div class="scroll" tabindex="0"><table><caption>As ${cut(from.join(', '), 300)} says it, and as it was found</caption>
<thead><tr><th scope="col">total</th>${joined(['expected', 'source', 'staging', 'table'].map((name) => html`<th scope="col" class="number">${name}</th>`))}</tr></thead>
<tbody><tr><th scope="row">records</th>${joined([records.expected, records.source, records.staged, records.merged].map((value) => html`<td class="number">${figure(value)}</td>`))}</tr>${joined(sumRows)}${joined(digests)}</tbody></table></div>
</section>`;
}
