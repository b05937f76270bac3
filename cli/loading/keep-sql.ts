import { renameSync, writeFileSync } from 'node:fs';
import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { keptThrottle, type TypedSql, typedSqlHash } from '../../functions/contract/typed-sql.ts';
import { shownDatabaseUrl } from '../../functions/core/redact.ts';
import { keptSqlFile, keptSqlIn } from '../../functions/runtime/kept-sql.ts';
import { makeOwnFolder } from '../../localstack/embedded/server/own-folder.ts';
import type { Context } from '../context.ts';
import { withoutProof } from '../typed/database-url.ts';

/**
 * The folder of this machine that keeps SQL typed to its commands, with what was typed to this one in it: who approves, replays or
 * retries a load later has it there (docs/adr/0050). Null where it could be somebody else's, who would choose what runs as the loader:
 * then nothing is kept, and such a load is loaded but not gone on with.
 */
export function keepTypedSql(
  { home, databaseUrl }: { readonly home: string; readonly databaseUrl: string },
  { throttleQuery, rules }: Pick<TypedSql, 'throttleQuery' | 'rules'>,
): string | null {
  const folder = typedSqlFolder(home);
  if (folder === null) return null;
  const database = nameOfDatabase(databaseUrl);
  for (const text of [rules, throttleQuery === null ? null : keptThrottle(throttleQuery)]) {
    if (text === null) continue;
    const whole = join(folder, `${randomUUID()}.part`);
    writeFileSync(whole, text, { mode: 0o600, flag: 'wx' });
    renameSync(whole, keptSqlFile(folder, { sha256: typedSqlHash(text), database }));
  }
  return folder;
}

/** Made where there is none; null where it could be somebody else's. */
export function typedSqlFolder(home: string): string | null {
  try {
    return makeOwnFolder(join(makeOwnFolder(home, 0o700), 'typed-sql'), 0o700);
  } catch {
    return null;
  }
}

/** The same for the same spelling of its URL, in hex, and nothing of its password. */
export function nameOfDatabase(databaseUrl: string): string {
  return createHash('sha256')
    .update(shownDatabaseUrl(withoutProof(databaseUrl)))
    .digest('hex')
    .slice(0, 16);
}

/** What was typed to commands of this machine, as it keeps it. */
export function typedSqlHere({ home }: Pick<Context, 'home'>): TypedSql {
  const folder = typedSqlFolder(home);
  return { throttleQuery: null, rules: null, ...(folder !== null && { kept: keptSqlIn(folder) }) };
}
