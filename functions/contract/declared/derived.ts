import type { Catalogue, CatalogueColumn } from '../../compile/catalogue/catalogue.ts';
import { typeFacts } from '../../compile/catalogue/column-types.ts';
import { findColumn, isFilledByServer } from '../../compile/declaration/declared-words.ts';
import type { Problem } from '../../compile/declaration/problems.ts';
import type { Dataset } from '../../compile/declaration/schema.ts';
import type { Derived } from '../../compile/declaration/supplies/declared-supplies.ts';
import { printable } from '../../core/printable.ts';
import { qualifiedType, withoutSize } from '../../core/type-name.ts';
import { type Db, execute, one } from '../../db/client.ts';
import { undone } from '../../db/savepoint.ts';
import { makeTemporary } from '../../db/sheltered.ts';
import { showText } from '../../words/did-you-mean.ts';
import { askRead } from './declared-sql.ts';
import { createOfExpression, createOfType, parseExpression, selectExpression } from './declared-sql-sql.ts';

/** Expressions as PostgreSQL understands them, and what is wrong with them. */
export interface AskedDerived {
  readonly derived: Derived;
  readonly problems: readonly Problem[];
}

/** Has PostgreSQL parse the expressions of derived columns, over the other columns of the target that a file may fill. Runs none of them. */
export async function askDerived(db: Db, dataset: Dataset, catalogue: Catalogue): Promise<AskedDerived> {
  const { derive } = dataset.columns;
  const derived = new Map<string, readonly string[]>();
  const problems: Problem[] = [];
  const but = Object.keys(derive);
  for (const [name, expression] of Object.entries(derive)) {
    const column = findColumn(catalogue, name);
    // told with the other supplies
    if (column === undefined || isFilledByServer(column)) continue;
    const asked = await askRead(db, expression, catalogue, { parse: parseExpression, as: 'an expression', but });
    const read = 'problem' in asked ? [] : asked.columns.flatMap((each) => findColumn(catalogue, each) ?? []);
    const problem = 'problem' in asked ? asked.problem : await problemOfValue(db, expression, { column, read });
    if (problem === null)
      derived.set(
        name,
        read.map((each) => each.name),
      );
    else
      problems.push({
        at: ['columns', 'derive', name],
        message: `columns.derive of ${showText(name)}: ${problem}`,
      });
  }
  return { derived, problems };
}

async function problemOfValue(
  db: Db,
  expression: string,
  { column, read }: { readonly column: CatalogueColumn; readonly read: readonly CatalogueColumn[] },
): Promise<string | null> {
  const own = qualifiedType(withoutSize(column.type));
  const { type, fits, changing } = await undone(db, async () => {
    await makeTemporary(db, createOfType(expression, read));
    await execute(db, createOfExpression(expression, read));
    const { stagingType } = typeFacts(column);
    return await one<{ type: string; fits: boolean; changing: string[] }>(db, selectExpression(own, stagingType));
  });
  if (changing.length > 0) {
    return `it calls ${changing.map((name) => printable(name)).join(', ')}, which PostgreSQL takes for volatile: a value that is computed again has to be the same. Where a function of yours is not, say so: alter function ... stable`;
  }
  if (fits) return null;
  return `it is of type ${printable(type)}, and the column of ${printable(column.type)}, which it becomes by a cast alone: write (${shortened(expression)})::${printable(withoutSize(column.type))}, where that is meant`;
}

function shortened(expression: string): string {
  const shown = printable(expression.replaceAll(/\s+/gu, ' '));
  return shown.length <= 100 ? shown : '...';
}
