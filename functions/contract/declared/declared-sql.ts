import type { Catalogue } from '../../compile/catalogue/catalogue.ts';
import { findColumn, isFilledByServer } from '../../compile/declaration/declared-words.ts';
import type { Problem } from '../../compile/declaration/problems.ts';
import type { Dataset } from '../../compile/declaration/schema.ts';
import { printable } from '../../core/printable.ts';
import type { RecordRule } from '../../core/rules/sql-rules.ts';
import type { Sql } from '../../core/sql.ts';
import { type Db, many } from '../../db/client.ts';
import { sqlState } from '../../db/errors.ts';
import { withTimeout } from '../../db/meanings.ts';
import { withSavepoint } from '../../db/savepoint.ts';
import { showList, showText } from '../../words/did-you-mean.ts';
import { parseLoadRule, parsePredicate } from './declared-sql-sql.ts';

/** The SQL of a dataset as PostgreSQL understands it, and what is wrong with it. */
export interface AskedSql {
  readonly recordRules: readonly RecordRule[];
  readonly problems: readonly Problem[];
}

/** 10 s: parsing takes milliseconds, whatever is written. */
const parsingMs = 10_000;

/** Has PostgreSQL itself parse the SQL of a dataset, over the columns of its target that a file may fill. Runs none of it. */
export async function askSql(db: Db, dataset: Dataset, catalogue: Catalogue): Promise<AskedSql> {
  const recordRules: RecordRule[] = [];
  const problems: Problem[] = [];
  for (const [place, rule] of dataset.recordRules.entries()) {
    const asked = await askRead(db, rule.sql, catalogue, { parse: parsePredicate, as: 'a condition' });
    if ('problem' in asked)
      problems.push({
        at: ['recordRules', place],
        message: `recordRules, ${showText(rule.name)}: ${asked.problem}`,
      });
    else recordRules.push({ ...rule, columns: asked.columns });
  }
  for (const [place, rule] of dataset.loadRules.entries()) {
    const problem = await askLoadRule(db, rule.sql, catalogue);
    if (problem !== null)
      problems.push({ at: ['loadRules', place], message: `loadRules, ${showText(rule.name)}: ${problem}` });
  }
  return { recordRules, problems };
}

/** How an expression is parsed over columns, and what it is to be, in words. */
interface ToParse {
  readonly parse: typeof parsePredicate;
  readonly as: string;
  /** Columns that it may not read. */
  readonly but?: readonly string[];
}

/** Which columns an expression names: those without which PostgreSQL does not understand it. */
export async function askRead(
  db: Db,
  predicate: string,
  catalogue: Catalogue,
  { parse, as, but = [] }: ToParse,
): Promise<{ readonly columns: readonly string[] } | { readonly problem: string }> {
  const fillable = catalogue.columns.filter((column) => !isFilledByServer(column) && !but.includes(column.name));
  const text = predicate.toLowerCase();
  const candidates = fillable.filter(({ name }) => text.includes(name.replaceAll('"', '""').toLowerCase()));
  if (hasParameter(predicate))
    return { problem: '$1 and its like stand for nothing here: name a column of the record' };
  const problem = await problemOf(db, parse(predicate, candidates));
  if (problem !== null) {
    const named = fillable.map(({ name }) => name);
    const hint = problem.state === UNDEFINED_COLUMN ? `; the record's columns are ${showList(named)}` : '';
    return { problem: `PostgreSQL does not take it as ${as} over the record: ${problem.words}${hint}` };
  }
  let columns = candidates;
  for (const candidate of candidates) {
    const others = columns.filter((column) => column !== candidate);
    if ((await problemOf(db, parse(predicate, others))) === null) columns = others;
  }
  if (columns.length === 0) return { problem: 'it names no column of the record, so it is the same for all of them' };
  return { columns: columns.map(({ name }) => findColumn(catalogue, name)?.name ?? name) };
}

async function askLoadRule(db: Db, condition: string, catalogue: Catalogue): Promise<string | null> {
  if (hasParameter(condition)) return '$1 and its like stand for nothing here';
  const columns = catalogue.columns.filter((column) => !isFilledByServer(column));
  const problem = await problemOf(db, parseLoadRule(condition, columns));
  return problem === null ? null : `PostgreSQL does not take it as a condition over staged: ${problem.words}`;
}

/** Outside of texts and names in quotes. */
function hasParameter(predicate: string): boolean {
  return /\$\d/u.test(predicate.replaceAll(/'[^']*'|"[^"]*"/gu, ''));
}

const UNDEFINED_COLUMN = '42703';

async function problemOf(
  db: Db,
  statements: readonly Sql[],
): Promise<{ readonly words: string; readonly state: string } | null> {
  try {
    await withSavepoint(db, () =>
      withTimeout(db, parsingMs, async () => {
        for (const statement of statements) await many(db, statement);
      }),
    );
    return null;
  } catch (error) {
    const state = sqlState(error);
    if (state === null || !(error instanceof Error)) throw error;
    return { words: printable(error.message), state };
  }
}
