import { printable } from '../../core/printable.ts';
import type { LoadReport } from '../../protocol/outcomes.ts';
import { count, plural } from '../quantities.ts';

/** As many steps as anybody reads; report.json has all. */
const shownSteps = 8;

/** Cells that cleaning changed, by column and step, each with the first of them. */
export function cleanedLines({ cleaned = [] }: LoadReport): readonly string[] {
  if (cleaned.length === 0) return [];
  const cells = cleaned.reduce((sum, each) => sum + each.cells, 0);
  const shown = cleaned.slice(0, shownSteps).map(({ column, step, cells: changed, samples: [sample] }) => {
    const example = sample === undefined ? '' : `, as ${shownCell(sample.from)} to ${shownCell(sample.to)}`;
    return `              ${printable(column)} ${printable(step)}: ${count(changed)}${example}`;
  });
  const left = cleaned.length - shown.length;
  return [
    `  cleaned     ${plural(cells, 'cell')}`,
    ...shown,
    ...(left === 0 ? [] : [`              and by ${plural(left, 'more step')}, see report.json`]),
  ];
}

function shownCell(cell: string | null): string {
  return cell === null ? 'NULL' : `'${printable(cell, 40)}'`;
}
