import type { TypedSql } from '../../functions/contract/typed-sql.ts';
import type { Context } from '../context.ts';
import { typedSqlFolder } from './keep-sql.ts';

/** What was typed to commands of this machine, as it keeps it. */
export async function typedSqlHere({ home }: Pick<Context, 'home'>): Promise<TypedSql> {
  const { keptSqlIn } = await import('../../functions/runtime/kept-sql.ts');
  const folder = typedSqlFolder(home);
  return { throttleQuery: null, rules: null, ...(folder !== null && { kept: keptSqlIn(folder) }) };
}
