import { loadCodes } from '../protocol/load-codes.ts';
import { printable } from '../core/printable.ts';
import { execute, type Db } from '../db/client.ts';
import { sqlState } from '../db/errors.ts';
import { withTimeout } from '../db/meanings.ts';
import { withSavepoint } from '../db/savepoint.ts';
import { showText } from '../words/did-you-mean.ts';
import { matchNothing } from './catalogue-sql.ts';
import { refuseMisfits } from '../compile/declaration/declared-words.ts';
import type { Problem } from '../compile/declaration/problems.ts';
import type { Dataset } from '../compile/declaration/schema.ts';

const INVALID_REGULAR_EXPRESSION = '2201B';
const QUERY_CANCELED = '57014';

/** Has PostgreSQL itself compile the patterns of a dataset's rules: a broken one would fail every slice. */
export async function requirePatterns(db: Db, dataset: Dataset): Promise<void> {
  const problems: Problem[] = [];
  for (const [column, { pattern }] of Object.entries(dataset.columns.rules)) {
    const why = pattern === undefined ? null : await whyUnreadable(db, pattern);
    if (pattern === undefined || why === null) continue;
    const message = `the pattern ${showText(pattern)} of column ${showText(column)} is not a regular expression that PostgreSQL understands: ${why}.`;
    problems.push({ at: ['columns', 'rules', column, 'pattern'], message });
  }
  refuseMisfits(loadCodes.RULE, dataset, problems);
}

/** 10 s: a pattern of a thousand alternatives is read in milliseconds; nested counts, (((a{1,99}){1,99}){1,99}), are not read at all. */
const readingMs = 10_000;

async function whyUnreadable(db: Db, pattern: string): Promise<string | null> {
  try {
    await withSavepoint(db, () => withTimeout(db, readingMs, () => execute(db, matchNothing(pattern))));
    return null;
  } catch (error) {
    const state = sqlState(error);
    if (!(error instanceof Error) || (state !== INVALID_REGULAR_EXPRESSION && state !== QUERY_CANCELED)) throw error;
    return state === QUERY_CANCELED ? `it could not be read within ${readingMs / 1_000} s` : printable(error.message);
  }
}
