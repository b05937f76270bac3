import { plural } from '../../words/quantities.ts';
import { cut } from '../cut.ts';
import type { PageFacts } from '../facts.ts';
import { html, joined, type Html } from '../html.ts';
import { placeShown } from '../place.ts';

/** Records that lost against another one of their key: how many, and the first of them, each with the record of its key that counts and why. */
export function duplicatesSection({ report: { counts, firstDuplicates = [] } }: PageFacts): Html | null {
  if (counts.duplicate === 0) return null;
  const shown = firstDuplicates.map(
    (duplicate) => html`<dt>${placeShown(duplicate)}</dt><dd>${cut(duplicate.message, 600)}</dd>`,
  );
  return html`<section>
<h2>Duplicates</h2>
<p>${plural(counts.duplicate, 'record')} ${counts.duplicate === 1 ? 'has' : 'have'} the key of another one that counts.</p>
${shown.length === 0 ? null : html`<dl>${joined(shown)}</dl>`}
</section>`;
}
