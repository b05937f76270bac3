import { count, plural } from '../../words/quantities.ts';
import { cut } from '../cut.ts';
import type { PageFacts } from '../facts.ts';
import { html, joined, type Html } from '../html.ts';

/** Records that lost against another one of their key: how many, and the first of them with the one that won. */
export function duplicatesSection({ report: { counts }, duplicates }: PageFacts): Html | null {
  if (counts.duplicate === 0) return null;
  const shown = duplicates.map(({ record, object, line, message }) => {
    const of = object === undefined ? '' : `${cut(object.slice(object.lastIndexOf('/') + 1), 80)}, `;
    return html`<dt>${of}${line === null ? '' : `line ${count(line)}, `}record ${count(record)}</dt><dd>${cut(message, 600)}</dd>`;
  });
  return html`<section>
<h2>Duplicates</h2>
<p>${plural(counts.duplicate, 'record')} ${counts.duplicate === 1 ? 'has' : 'have'} the key of another one that counts.</p>
${shown.length === 0 ? null : html`<dl>${joined(shown)}</dl>`}
</section>`;
}
