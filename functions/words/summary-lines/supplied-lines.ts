import { printable } from '../../core/printable.ts';
import type { LoadReport } from '../../protocol/outcomes.ts';

/** As many columns as anybody reads; report.json has all. */
const shownColumns = 8;

/** Columns that the dataset supplied, and with what. */
export function suppliedLines({ supplied = [] }: LoadReport): readonly string[] {
  if (supplied.length === 0) return [];
  const shown = supplied.slice(0, shownColumns).map((each) => {
    return `${printable(each.column)} = ${shownSupply(each)}`;
  });
  const left = supplied.length - shown.length;
  return [`  supplied    ${shown.join(', ')}${left === 0 ? '' : ` and ${left} more, see report.json`}`];
}

function shownSupply(supply: NonNullable<LoadReport['supplied']>[number]): string {
  if ('constant' in supply) return `'${printable(supply.constant, 40)}'`;
  return 'lineage' in supply ? supply.lineage : printable(supply.derive.replaceAll(/\s+/gu, ' '), 40);
}
