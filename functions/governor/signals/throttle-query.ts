import { many, transaction, type Db } from '../../db/client.ts';
import { isDatabaseAway, isReadOnly, sqlState } from '../../db/errors.ts';
import { withOwnSettings, withTimeout } from '../../db/meanings.ts';
import { readAndUndone } from '../../db/savepoint.ts';
import { printable } from '../../core/printable.ts';
import { count } from '../../words/quantities.ts';
import { wordsOfError } from '../error-words.ts';
import type { AskedSignal, Health, Reading } from '../signal.ts';
import { selectAnswer } from './throttle-query-sql.ts';

/** 2 s: it is asked before each transaction of a merge, which takes one. */
const answerMs = 2_000;

/** A number that only the owner of the target knows how to get, by the role that loads and with its own settings. */
export const throttleQuery: AskedSignal = {
  name: 'throttleQuery',
  isOfLoad: true,
  async read(db, { traffic }) {
    const { throttleQuery: declared } = traffic;
    if (declared === undefined) return [];
    const { slowAbove, stopAbove } = declared;
    const answer = await answerOf(db, declared.sql);
    if (typeof answer === 'string') return [reading('unknown', answer)];
    const isSlow = slowAbove !== undefined && answer > slowAbove;
    return [
      reading(answer > stopAbove ? 'stop' : isSlow ? 'slow' : 'normal', `${count(answer)} (limit ${count(stopAbove)})`),
    ];
  },
};

function reading(health: Health, figure: string): Reading {
  return { signal: 'throttleQuery', health, figure };
}

/** A number, or why there is none. */
async function answerOf(db: Db, statement: string): Promise<number | string> {
  const limits = { lockTimeoutMs: answerMs, statementTimeoutMs: answerMs };
  const asks = (): Promise<{ answer: string | null }[]> => many(db, selectAnswer(statement));
  try {
    const rows = await transaction(db, limits, () =>
      readAndUndone(db, () => withOwnSettings(db, () => withTimeout(db, answerMs, asks))),
    );
    return numberOf(rows);
  } catch (error) {
    // it wants to write, which is refused here
    if (!isReadOnly(error) && (sqlState(error) === null || isDatabaseAway(error))) throw error;
    return wordsOfError(error);
  }
}

function numberOf(rows: readonly { readonly answer: string | null }[]): number | string {
  const [row, second] = rows;
  if (row === undefined) return 'it answered no row';
  if (second !== undefined) return 'it answered more than one row';
  if (row.answer === null) return 'it answered NULL';
  const number = row.answer.trim() === '' ? Number.NaN : Number(row.answer);
  return Number.isFinite(number) ? number : `it answered "${printable(row.answer, 40)}", which is no number`;
}
