import { nextLines } from '../../words/next-lines.ts';
import { outcomeInWords } from '../../words/summary.ts';
import { bytes } from '../../words/quantities.ts';
import { undoneRows } from '../../words/summary-lines/undone-lines.ts';
import type { PageFacts } from '../facts.ts';
import { html, type Html } from '../html.ts';
import { cut } from '../cut.ts';

/** Outcomes that leave nothing to do. */
const good = ['LOADED', 'ALREADY_LOADED', 'DRY_RUN'];

/** How it ended, in a sentence, and what to do next. */
export function outcomeSection({ report, command }: PageFacts): Html {
  const { object, outcome, loadId, dataset, code, message } = report;
  const name = object.key.split('/').at(-1) ?? object.key;
  const next = nextLines(report, { command }).map((line) => line.replace(/^ *next */, ''));
  return html`<header class="outcome ${good.includes(outcome) && report.undone === undefined ? 'good' : ''}">
<h1>${cut(name, 200)} into ${cut(dataset ?? 'no dataset', 200)}: ${outcomeInWords(report)}</h1>
<p><strong>${outcome}</strong>, load ${loadId ?? 'none'}, ${bytes(report.bytes)}</p>
${code === undefined && message === undefined ? null : html`<p>Why: ${[code, message && cut(message, 2_000)].filter((text) => text !== undefined).join(': ')}</p>`}
${next.length === 0 ? null : html`<p>Next: ${next.join(' ')}</p>`}
${held(report)}
${undone(report)}
<p class="soft">${cut(`${object.bucket === 'file://' ? '' : `s3://${object.bucket}/`}${object.key}`, 1_024)}${object.versionId === null ? '' : `, version ${cut(object.versionId, 200)}`}</p>
</header>`;
}

function undone({ undone: since, afterUndo }: PageFacts['report']): Html | null {
  if (since === undefined && afterUndo === undefined) return null;
  const again =
    afterUndo === undefined
      ? null
      : html`<p>Load ${afterUndo.loadId} of this file was undone at ${afterUndo.at}, by ${cut(afterUndo.by, 80)}.</p>`;
  if (since === undefined) return again;
  const { at, by, why, stopped } = since;
  const broke =
    stopped === undefined
      ? null
      : html`<p>It broke off at ${stopped.at}, ${cut(stopped.code, 80)}: ${cut(stopped.message, 500)}</p>`;
  return html`<p><strong>${at === null ? 'Being undone' : `Undone at ${at}`}</strong>, by ${cut(by, 80)}${why === null ? '' : ` (${cut(why, 500)})`}: ${undoneRows(since)}.</p>
${broke}
${again}`;
}

function held({ held: waits }: PageFacts['report']): Html | null {
  if (waits === undefined) return null;
  const until = waits.until === null ? 'until somebody answers' : `until ${waits.until}`;
  return html`<p>It waits for a yes since ${waits.since}, ${until}${waits.codes.length === 0 ? '' : `, because of ${waits.codes.join(', ')}`}.</p>`;
}
