import { bytes, duration } from '../../words/quantities.ts';
import { cut } from '../cut.ts';
import type { PageFacts } from '../facts.ts';
import { html, joined, type Html } from '../html.ts';
import { within } from '../room.ts';

/** Bytes that indexes, and sequences, may take each. */
const roomBytes = 15_000;

/** What was decided of the target's indexes and sequences, and with which memory. */
export function targetSection({
  report: { indexes, memory, sequences = [], beforeTriggers = [] },
}: PageFacts): Html | null {
  if (indexes === undefined && memory === undefined && sequences.length + beforeTriggers.length === 0) return null;
  const moved = within(
    sequences.map(({ column, sequence, movedTo, statement }) => () => {
      const told =
        movedTo === null
          ? `is behind, and could not be moved: ${cut(statement ?? '', 300)}`
          : `was moved to ${movedTo}`;
      return html`<li>Sequence ${cut(sequence, 120)} of ${cut(column, 80)} ${told}</li>`;
    }),
    roomBytes,
  );
  return html`<section>
<h2>Table</h2>
${indexes === undefined ? null : indexTable(indexes)}
${memory === undefined ? null : html`<p>Memory: work_mem ${memory.workMemKb} kB x ${memory.hashMemMultiplier}, maintenance_work_mem ${memory.maintenanceWorkMemKb} kB. ${cut(memory.why, 300)}</p>`}
${beforeTriggers.length === 0 ? null : html`<p>Before each row is stored the table runs ${cut(beforeTriggers.join(', '), 300)}: a row that it changes differs from the file, and is updated again by each load of it.</p>`}
${moved.length === 0 ? null : html`<ul>${joined(moved)}</ul>`}
</section>`;
}

function indexTable({ why, indexes }: NonNullable<PageFacts['report']['indexes']>): Html {
  const rows = within(
    indexes.map(({ name, sizeBytes, plan, became, why: reason, seconds }) => () => {
      const took = seconds === null ? '' : ` in ${duration(1_000 * seconds)}`;
      return html`<tr><th scope="row">${cut(name, 120)}</th><td class="number">${bytes(sizeBytes)}</td><td>${plan}, ${became}${took}</td><td>${cut(reason, 200)}</td></tr>`;
    }),
    roomBytes,
  );
  return html`<div class="scroll" tabindex="0"><table><caption>Indexes: ${cut(why, 300)}</caption>
<thead><tr><th scope="col">index</th><th scope="col" class="number">size</th><th scope="col">plan</th><th scope="col">why</th></tr></thead>
<tbody>${joined(rows)}</tbody></table></div>`;
}
