import { count } from '../../words/quantities.ts';
import { cut } from '../cut.ts';
import type { PageFacts } from '../facts.ts';
import { html, joined, type Html } from '../html.ts';
import { within } from '../room.ts';

/** Bytes that columns, and samples, may take each. */
const roomBytes = 15_000;

/** What the load changes in rows that are there, as the gate found it: by column, and some cells as they were and as they become. */
export function changesSection({ report: { diff, outcome } }: PageFacts): Html | null {
  if (diff === undefined || (diff.columns.length === 0 && diff.byDay === undefined)) return null;
  const columns = within(
    diff.columns.map(
      ({ column, changed, turnedNull }) =>
        () =>
          html`<tr><th scope="row">${cut(column, 80)}</th><td class="number">${count(changed)}</td><td class="number">${count(turnedNull)}</td></tr>`,
    ),
    roomBytes,
  );
  const samples = within(
    diff.samples.map(({ key, column, old, new: made }) => () => {
      const row = Object.entries(key).map(
        ([name, value]) => `${cut(name, 60)} ${value === null ? 'NULL' : cut(value, 80)}`,
      );
      return html`<tr><th scope="row">${row.join(', ')}</th><td>${cut(column, 80)}</td><td><del>${shown(old)}</del></td><td><ins>${shown(made)}</ins></td></tr>`;
    }),
    roomBytes,
  );
  const would = outcome === 'LOADED' ? '' : ' would';
  return html`<section>
<h2>Changes</h2>
${
  diff.columns.length === 0
    ? null
    : html`<div class="scroll" tabindex="0"><table><caption>Cells that${would} change, by column, as the gate found them</caption>
<thead><tr><th scope="col">column</th><th scope="col" class="number">changed</th><th scope="col" class="number">of them to NULL</th></tr></thead>
<tbody>${joined(columns)}</tbody></table></div>`
}
${days(diff.byDay)}
${
  samples.length === 0
    ? null
    : html`<div class="scroll" tabindex="0"><table><caption>Some of them, as they were and as they become</caption>
<thead><tr><th scope="col">row</th><th scope="col">column</th><th scope="col">old</th><th scope="col">new</th></tr></thead>
<tbody>${joined(samples)}</tbody></table></div>`
}
</section>`;
}

/** The newest first, since room is for the first ones. */
function days(byDay: NonNullable<PageFacts['report']['diff']>['byDay']): Html | null {
  if (byDay === undefined || byDay.days.length === 0) return null;
  const { column, days: all, left } = byDay;
  const rows = within(
    all.toReversed().map(
      ({ day, inserted, updated, unchanged, stale, deleted }) =>
        () =>
          html`<tr><th scope="row">${day ?? 'no day'}</th>${joined([inserted, updated, unchanged, stale, deleted].map((records) => html`<td class="number">${count(records)}</td>`))}</tr>`,
    ),
    roomBytes,
  );
  const heads = ['inserted', 'updated', 'unchanged', 'stale', 'deleted'].map(
    (word) => html`<th scope="col" class="number">${word}</th>`,
  );
  return html`<div class="scroll" tabindex="0"><table><caption>Records by the day of ${cut(column, 80)}, as the gate found them, the newest first${left === 0 ? '' : `, and ${count(left)} more days`}</caption>
<thead><tr><th scope="col">day</th>${joined(heads)}</tr></thead>
<tbody>${joined(rows)}</tbody></table></div>`;
}

function shown(value: string | null): Html {
  return value === null ? html`<i>NULL</i>` : html`${cut(value, 80)}`;
}
