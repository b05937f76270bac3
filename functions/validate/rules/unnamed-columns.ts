import type { FileColumn } from '../../core/contract.ts';
import { type Sql, sql } from '../../core/sql.ts';
import type { Rule } from './rule.ts';

/**
 * A column without a name is left out because it is empty: a value in it would be dropped without a word. Blanks are none,
 * the no-break space of spreadsheets among them. @param cellAt text of the cell at a position, from 0
 */
export function unnamedRules(fileColumns: readonly FileColumn[], cellAt: (position: number) => Sql): readonly Rule[] {
  return fileColumns.flatMap(({ unnamed }, i): readonly Rule[] => {
    if (unnamed !== true) return [];
    const cell = cellAt(i);
    return [
      {
        code: 'UNNAMED_VALUE',
        column: null,
        breach: sql`pg_catalog.btrim(${cell}, E' \\t\\r\\n\\u00a0') operator(pg_catalog.<>) ''`,
        value: cell,
        before: `column ${i + 1}: `,
        after: ` stands where the header has no name; name the column, or ignore position ${i + 1}`,
      },
    ];
  });
}
