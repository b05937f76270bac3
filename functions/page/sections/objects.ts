import { bytes, count, plural } from '../../words/quantities.ts';
import { cut } from '../cut.ts';
import type { PageFacts } from '../facts.ts';
import { html, joined, type Html } from '../html.ts';
import { within } from '../room.ts';

/** Bytes that the objects may take. */
const roomBytes = 15_000;

/** The objects of a load of several, and what became of each. */
export function objectsSection({ report: { objects = [] } }: PageFacts): Html | null {
  if (objects.length === 0) return null;
  const rows = within(
    objects.map(
      ({ key, size, records, outcome, loadedBy, code, message }) =>
        () =>
          html`<tr><th scope="row">${cut(key, 200)}</th><td class="number">${bytes(size)}</td><td class="number">${count(records)}</td><td>${outcome}${
            loadedBy === undefined ? '' : `, by load ${loadedBy}`
          }${code === undefined ? '' : `, ${code}: ${cut(message ?? '', 200)}`}</td></tr>`,
    ),
    roomBytes,
  );
  const left = objects.length - rows.length;
  return html`<section>
<h2>Objects</h2>
<div class="scroll" tabindex="0"><table><caption>${plural(objects.length, 'object')} loaded as one${left > 0 ? `; ${count(left)} more are in report.json` : ''}</caption>
<thead><tr><th scope="col">object</th><th scope="col" class="number">size</th><th scope="col" class="number">records</th><th scope="col">outcome</th></tr></thead>
<tbody>${joined(rows)}</tbody></table></div>
</section>`;
}
