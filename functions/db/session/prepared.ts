import type pg from 'pg';
import { STAGING_SCHEMA } from '../../core/staging.ts';
import type { Sql } from '../../core/sql.ts';
import { statementsOf, unsettle } from './settled.ts';

/** A load's own tables: what names one may run code of the user's, and never comes again. */
const ofStaging = `"${STAGING_SCHEMA}"."l`;

/** 500: a load has some 150 that come again. What is beyond is planned each time. */
const mostStatements = 500;

/**
 * How the driver is asked for a statement: under a name where it came before in a session that is this process's alone, so that the
 * server keeps its plan. Of what a small load asks of the server more than half is the making of plans.
 */
export function asQuery(db: pg.Client, { text, values }: Sql): readonly [string | pg.QueryConfig, unknown[]] {
  const statements = statementsOf(db);
  if (text.includes(ofStaging)) unsettle(db);
  // without a parameter it goes as a simple message, which may hold several statements
  else if (statements !== null && values.length > 0) {
    const name = nameOf(text, statements);
    if (name !== null) return [{ text, name }, [...values]];
  }
  return [text, [...values]];
}

function nameOf(text: string, statements: NonNullable<ReturnType<typeof statementsOf>>): string | null {
  const known = statements.get(text);
  if (known === undefined) {
    if (statements.size < mostStatements) statements.set(text, null);
    return null;
  }
  const name = known ?? `landfall_${[...statements.keys()].indexOf(text)}`;
  statements.set(text, name);
  return name;
}

/** What the server says of a prepared statement that is gone, or whose table was altered: no fault of who asked. */
export function isOfOldPlan(error: unknown): boolean {
  const { code, routine } = error as { readonly code?: unknown; readonly routine?: unknown };
  return code === '26000' || routine === 'RevalidateCachedQuery';
}
