import { LoadRejected } from '../protocol/errors.ts';
import { loadCodes } from '../protocol/load-codes.ts';
import { printable } from '../core/printable.ts';
import { execute, type Db } from '../db/client.ts';
import { sqlState } from '../db/errors.ts';
import { withTimeout } from '../db/meanings.ts';
import { showText } from '../words/did-you-mean.ts';
import { matchNothing } from './catalogue-sql.ts';
import type { Dataset } from '../compile/declaration/schema.ts';

const INVALID_REGULAR_EXPRESSION = '2201B';
const QUERY_CANCELED = '57014';

/** Has PostgreSQL itself compile the patterns of a dataset's rules: a broken one would fail every slice. */
export async function requirePatterns(db: Db, dataset: Dataset): Promise<void> {
  for (const [column, { pattern }] of Object.entries(dataset.columns.rules)) {
    if (pattern !== undefined) await requirePattern(db, dataset, { column, pattern });
  }
}

/** 10 s: a pattern of a thousand alternatives is read in milliseconds; nested counts, (((a{1,99}){1,99}){1,99}), are not read at all. */
const readingMs = 10_000;

async function requirePattern(db: Db, dataset: Dataset, rule: { column: string; pattern: string }): Promise<void> {
  try {
    await withTimeout(db, readingMs, () => execute(db, matchNothing(rule.pattern)));
  } catch (error) {
    const state = sqlState(error);
    if (!(error instanceof Error) || (state !== INVALID_REGULAR_EXPRESSION && state !== QUERY_CANCELED)) throw error;
    const why =
      state === QUERY_CANCELED ? `it could not be read within ${readingMs / 1_000} s` : printable(error.message);
    throw new LoadRejected(
      loadCodes.RULE,
      `Dataset ${printable(dataset.name)}: the pattern ${showText(rule.pattern)} of column ${showText(rule.column)} is not a regular ` +
        `expression that PostgreSQL understands: ${why}.`,
      { cause: error },
    );
  }
}
