import type { LoadReport } from '../../protocol/outcomes.ts';
import { doubtWords, takenWords } from '../../words/summary-lines/mend-words.ts';
import { count, plural } from '../../words/quantities.ts';
import { cut } from '../cut.ts';
import type { PageFacts, ShownReason, ShownReject, SourceColumn } from '../facts.ts';
import { html, joined, type Html } from '../html.ts';
import { placeShown } from '../place.ts';
import { within } from '../room.ts';

/** Rules that are shown, and records as examples of each. */
const mostRules = 30;
export const mostExamples = 3;

/** Characters of a cell, and columns of a record. */
const [mostCell, mostColumns] = [80, 12];

/** Bytes that the examples and the table of rejects may take: with the rest the page stays under 300 kB. */
const [roomForExamples, roomForTable] = [60_000, 52_000];

/** Why records were rejected, with examples, and the first of them as a table. */
export function rejectsSection(facts: PageFacts): Html | null {
  const { report, rejects, command } = facts;
  if (report.rejectsByCode.length === 0) return null;
  const rules = shownRules(report);
  const all = report.rejectsByCode.length;
  const examples = within(
    rules.map((rule) => () => ruleShown(rule, facts)),
    roomForExamples,
  );
  const ofSet = report.objects !== undefined;
  const rows = within(
    rejects.map((reject) => () => row(reject, ofSet)),
    roomForTable,
  );
  const others = report.counts.rejected - rows.length;
  return html`<section>
<h2>Rejects</h2>
<p>${plural(report.counts.rejected, 'record')} rejected. A record may break several rules, and waits in the quarantine with all of them. ${open(report)}</p>
${joined(examples)}
${all > examples.length ? html`<p>And ${plural(all - examples.length, 'more rule')}: <code>${command(`explain ${report.loadId ?? ''}`)}</code></p>` : null}
<h3>Rejected records</h3>
<p id="shown" aria-live="polite">${plural(rows.length, 'row')}${others > 0 ? `; ${count(others)} more are in rejects.csv` : ''}</p>
<div class="scroll" tabindex="0" role="region" aria-label="Rejected records"><table id="rejects">
<thead><tr>${ofSet ? html`<th scope="col">object</th>` : null}<th scope="col">line</th><th scope="col">record</th><th scope="col">byte</th><th scope="col">codes</th><th scope="col">reasons</th></tr></thead>
<tbody>${joined(rows)}</tbody></table></div>
</section>`;
}

/** The rules that most records broke: those that are shown with examples. */
export function shownRules({ rejectsByCode }: Pick<LoadReport, 'rejectsByCode'>): LoadReport['rejectsByCode'] {
  return rejectsByCode.toSorted((a, b) => b.rejects - a.rejects).slice(0, mostRules);
}

function open({ rejects, waits }: LoadReport): string {
  const closed =
    rejects === undefined || rejects.closed === 0
      ? ''
      : `${count(rejects.open)} are open, ${count(rejects.closed)} were closed by replays. `;
  return waits === undefined
    ? closed
    : `${closed}${plural(waits.records, 'record')} wait for parents in ${cut(waits.parents.join(', '), 300)}.`;
}

/** Of a load of several objects line and byte are within its object; records are counted through all of them. */
function row({ object, line, record, byteOffset, reasons }: ShownReject, ofSet: boolean): Html {
  const codes = [...new Set(reasons.map(({ code }) => code))].join(' ');
  const words = cut(reasons.map(({ message }) => cut(message, 300)).join('; '), 600);
  const name = ofSet ? html`<td>${cut(object?.slice(object.lastIndexOf('/') + 1) ?? '', mostCell)}</td>` : null;
  return html`<tr>${name}<td class="number">${line ?? ''}</td><td class="number">${record}</td><td class="number">${byteOffset ?? ''}</td><td>${codes}</td><td>${words}</td></tr>
`;
}

type Rule = LoadReport['rejectsByCode'][number];
type RuleMend = NonNullable<LoadReport['mends']>[number];

function ruleShown(rule: Rule, { report, rejects, columns, types }: PageFacts): Html {
  const broken = (reason: ShownReason): boolean => reason.code === rule.code && reason.column === rule.column;
  const found = rejects.filter(({ reasons }) => reasons.some(broken)).slice(0, mostExamples);
  const shown = found.map((reject) => {
    const reason = reject.reasons.find(broken);
    return html`<dt>${placeShown(reject)}</dt><dd>${cut(reason?.message ?? '', 600)}${expected(reason, types)}${recordShown(reject, rule.column, columns)}</dd>`;
  });
  const mend = report.mends?.find(({ code, column }) => code === rule.code && column === rule.column);
  const name = `${rule.code}${rule.column === null ? '' : ` in ${cut(rule.column, 80)}`}`;
  return html`<details open><summary><strong>${name}</strong>: ${plural(rule.rejects, 'record')}</summary>
${mend === undefined ? null : mendShown(mend)}
${found.length === 0 ? html`<p class="soft">None of the first ${count(rejects.length)} rejects.</p>` : html`<dl>${joined(shown)}</dl>`}</details>
`;
}

/** `expected integer, found 3.5`: nothing where no cell is meant. */
function expected(reason: ShownReason | undefined, types: PageFacts['types']): Html | null {
  const type = types[reason?.column ?? ''];
  if (reason === undefined || type === undefined) return null;
  const found = reason.value === null ? html`<i>nothing</i>` : html`<code>${cut(reason.value, mostCell)}</code>`;
  return html`<p class="soft">expected <code>${cut(type, mostCell)}</code>, found ${found}</p>`;
}

/** What it makes of cells that were accepted is not known here. */
function mendShown(mend: RuleMend): Html {
  const ways = joined(
    [mend.way, ...mend.others].map((one, i) => html`${i === 0 ? '' : ' or '}<code>${cut(one, 300)}</code>`),
  );
  const taken = takenWords(mend);
  const doubts = doubtWords(mend).map((sentence) => ` ${sentence}`);
  return html`<p>${taken.charAt(0).toUpperCase()}${taken.slice(1)} under ${ways}.${doubts.join('')} <span class="soft">Found from the rejects alone: plan the load under it before.</span></p>`;
}

/** The record by its cells with the one that is meant marked; of many columns those beside it. */
function recordShown(
  { cells, whole }: ShownReject,
  column: string | null,
  columns: readonly SourceColumn[],
): Html | null {
  if (cells === null) return whole === null ? null : html`<pre>${cut(whole, 400)}</pre>`;
  const meant = column === null ? -1 : columns.findIndex((source) => source.column === column);
  const from = Math.max(0, Math.min(meant - mostColumns / 2, cells.length - mostColumns));
  const parts = cells.slice(from, from + mostColumns).map((cell, i) => {
    const text = cell === null ? html`<i>NULL</i>` : html`${cut(cell, mostCell)}`;
    return {
      head: html`<th scope="col">${cut(columns[from + i]?.header ?? '', mostCell)}</th>`,
      cell: html`<td>${from + i === meant ? html`<mark>${text}</mark>` : text}</td>`,
    };
  });
  return html`<div class="scroll" tabindex="0"><table><thead><tr>${joined(parts.map(({ head }) => head))}</tr></thead><tbody><tr>${joined(parts.map(({ cell }) => cell))}</tr></tbody></table></div>`;
}
