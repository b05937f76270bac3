import { renameSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { typedRulesHash } from '../../functions/contract/typed-sql.ts';
import { keptSqlFile } from '../../functions/runtime/kept-sql.ts';
import { makeOwnFolder } from '../../localstack/embedded/server/own-folder.ts';

/**
 * The folder of this machine that keeps SQL typed to its commands, with `rules` in it: who approves, replays or retries a load later
 * has its rules there (docs/adr/0050). Null where it could be somebody else's, who would choose what runs as the loader: then
 * nothing is kept, and such a load is loaded but not gone on with.
 */
export function keepTypedSql(home: string, rules: string | null): string | null {
  let folder: string;
  try {
    folder = makeOwnFolder(join(makeOwnFolder(home, 0o700), 'typed-sql'), 0o700);
  } catch {
    return null;
  }
  if (rules === null) return folder;
  const whole = join(folder, `${randomUUID()}.part`);
  writeFileSync(whole, rules, { mode: 0o600, flag: 'wx' });
  renameSync(whole, keptSqlFile(folder, typedRulesHash(rules)));
  return folder;
}
