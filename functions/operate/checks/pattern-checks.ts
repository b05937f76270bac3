import { printable } from '../../core/printable.ts';
import { hasBackReference } from '../../compile/catalogue/back-reference.ts';
import { showText } from '../../words/did-you-mean.ts';
import type { Dataset } from '../../compile/declaration/schema.ts';
import { type Check, noted } from './checks.ts';

/** The patterns of datasets on which a single cell can take so long that its load is refused. */
export function patternChecks(datasets: readonly Dataset[]): readonly Check[] {
  return datasets.flatMap(({ name, columns }) =>
    Object.entries(columns.rules).flatMap(([column, { pattern }]) =>
      pattern === undefined || !hasBackReference(pattern)
        ? []
        : [
            noted(
              `pattern of ${showText(column)}, dataset ${printable(name)}`,
              `${showText(pattern)} refers back to a group: one long cell can take the time of a whole call, and its load is refused (EXPRESSION_TOO_SLOW)`,
              'say it without \\1 and the like, or keep the cells short with maxLength and a varchar(n) column',
            ),
          ],
    ),
  );
}
