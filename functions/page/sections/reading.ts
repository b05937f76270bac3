import type { LoadReport } from '../../protocol/outcomes.ts';
import { count, plural } from '../../words/quantities.ts';
import { decodedLines } from '../../words/summary-lines/decoded-lines.ts';
import { cut } from '../cut.ts';
import type { PageFacts } from '../facts.ts';
import { html, joined, type Html } from '../html.ts';
import { within } from '../room.ts';

/** Bytes that notes, and cleaned cells, may take each. */
const roomBytes = 25_000;

/** How the file was read: its dialect and encoding, what was cleaned, and what was passed over or warned of. */
export function readingSection({ report }: PageFacts): Html | null {
  const notes = [
    ...(report.dialect === undefined || report.dialect.options === ''
      ? []
      : [`Read as ${report.dialect.options}, as the file itself shows.`]),
    ...decodedLines(report).map((line) => line.trim().replace(/ {2,}/, ': ')),
    ...skipped(report),
    ...(report.trailer ?? []).map((line) => `No record: ${cut(line, 200)}`),
    ...zone(report),
    ...(report.nullWords ?? []).map(
      ({ word, cells, option }) =>
        `${plural(cells, 'cell')} of text ${cells === 1 ? 'is' : 'are'} "${cut(word, 80)}": ${option} would make them NULL.`,
    ),
    ...(report.loadWarnings ?? []).map(({ rule, message }) => `Warning of ${cut(rule, 80)}: ${cut(message, 300)}`),
    ...(report.warnings ?? []).map(
      ({ code, column, rule, records }) =>
        `Warning ${code}${column === null ? '' : ` in ${cut(column, 80)}`}${rule === null ? '' : ` (${cut(rule, 80)})`}: ${plural(records, 'record')}`,
    ),
  ];
  const cleaned = cleanedTable(report);
  if (notes.length === 0 && cleaned === null) return null;
  return html`<section>
<h2>How it was read</h2>
${
  notes.length === 0
    ? null
    : html`<ul>${joined(
        within(
          notes.map((note) => () => html`<li>${note}</li>`),
          roomBytes,
        ),
      )}</ul>`
}
${cleaned}
</section>`;
}

function skipped({ skipped: passed }: LoadReport): readonly string[] {
  if (passed === undefined) return [];
  const { blankRows, repeatedHeaders } = passed;
  return [`Passed over: ${plural(blankRows, 'blank row')}, the header again ${plural(repeatedHeaders, 'time')}.`];
}

function zone({ timeZone }: LoadReport): readonly string[] {
  if (timeZone === null || timeZone.cells === 0) return [];
  return [`${plural(timeZone.cells, 'time')} without an offset, read in ${timeZone.name}.`];
}

function cleanedTable({ cleaned = [] }: LoadReport): Html | null {
  if (cleaned.length === 0) return null;
  const text = (value: string | null): Html =>
    value === null ? html`<i>NULL</i>` : html`<code>${cut(value, 80)}</code>`;
  const rows = within(
    cleaned.map(({ column, step, cells, samples }) => () => {
      const seen = samples.map(({ from, to }) => html`${text(from)} → ${text(to)}<br>`);
      return html`<tr><th scope="row">${cut(column, 80)}</th><td><code>${cut(step, 80)}</code></td><td class="number">${count(cells)}</td><td>${joined(seen)}</td></tr>`;
    }),
    roomBytes,
  );
  return html`<div class="scroll" tabindex="0"><table><caption>Cells that a declared step changed</caption>
<thead><tr><th scope="col">column</th><th scope="col">step</th><th scope="col" class="number">cells</th><th scope="col">samples</th></tr></thead>
<tbody>${joined(rows)}</tbody></table></div>`;
}
