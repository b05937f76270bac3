import { LoadRejected } from '../contract/errors.ts';
import { loadCodes } from '../contract/load-codes.ts';
import { printable } from '../core/printable.ts';
import { type Sql, sql } from '../core/sql.ts';
import { execute, type Db } from '../db/client.ts';
import { showText } from './did-you-mean.ts';
import type { Dataset } from './schema.ts';

const INVALID_REGULAR_EXPRESSION = '2201B';

/** Has PostgreSQL itself compile the patterns of a dataset's rules: a broken one would fail every slice. */
export async function requirePatterns(db: Db, dataset: Dataset): Promise<void> {
  for (const [column, { pattern }] of Object.entries(dataset.columns.rules)) {
    if (pattern !== undefined) await requirePattern(db, dataset, { column, pattern });
  }
}

async function requirePattern(db: Db, dataset: Dataset, rule: { column: string; pattern: string }): Promise<void> {
  try {
    await execute(db, matchNothing(rule.pattern));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === INVALID_REGULAR_EXPRESSION)) throw error;
    throw new LoadRejected(
      loadCodes.RULE,
      `Dataset ${printable(dataset.name)}: the pattern ${showText(rule.pattern)} of column ${showText(rule.column)} is not a regular ` +
        `expression that PostgreSQL understands: ${printable(error.message)}.`,
      { cause: error },
    );
  }
}

function matchNothing(pattern: string): Sql {
  return sql`select '' ~ ${pattern}`;
}
