import type { Sql } from '../../core/sql.ts';
import { type Db, execute } from '../../db/client.ts';
import { withOwnSettings } from '../../db/meanings.ts';
import { mayBeOfRow } from '../../db/own-code.ts';
import { withSavepoint } from '../../db/savepoint.ts';
import { readingOnly } from '../../db/sheltered.ts';
import { dropTable } from './judge-sql.ts';
import type { Judgement } from './judgement.ts';
import { collectRaising, createRaising } from './raising-sql.ts';

/**
 * Runs `judge` set-based. Where a CHECK, a domain or an input function of the target raises an error instead of judging, the
 * records that do are collected first, and `judge` runs again without them. Inside a transaction; leaves no table behind.
 * The target's code sees the settings that it sees from everybody: `judge` runs statements in which all is qualified.
 * @param isSheltered as in db/sheltered.ts; `raising` is a temporary table then.
 */
export async function judgeAround<T>(
  db: Db,
  judgement: Judgement,
  { raising, isSheltered }: Collecting,
  judge: (raising: Sql | null) => Promise<T>,
): Promise<T> {
  return await withOwnSettings(db, () => judgedAround(db, judgement, { raising, isSheltered }, judge));
}

interface Collecting {
  readonly raising: Sql;
  readonly isSheltered: boolean;
}

async function judgedAround<T>(
  db: Db,
  judgement: Judgement,
  { raising, isSheltered }: Collecting,
  judge: (raising: Sql | null) => Promise<T>,
): Promise<T> {
  try {
    return await withSavepoint(db, () => judge(null));
  } catch (error) {
    const collect = mayBeOfRow(error) ? collectRaising(judgement, raising) : null;
    if (collect === null) throw error;
    await execute(db, createRaising(raising, isSheltered));
    await readingOnly(db, isSheltered, () => execute(db, collect));
    const answer = await judge(raising);
    await execute(db, dropTable(raising));
    return answer;
  }
}
