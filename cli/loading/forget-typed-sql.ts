import { readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { many } from '../../functions/db/client.ts';
import { selectWantedTyped } from '../../functions/ledger/operations/typed-sql-wanted-sql.ts';
import { nameOfDatabase, typedSqlFolder } from './keep-sql.ts';
import type { LoadSession } from './load-one.ts';

/** After its end a load may be retried anew for so long, as when its file was mended. */
const daysAfterEnd = 30;
/** Of a database that no command asked for so long: nobody can say whether it wants them. */
const daysUnasked = 365;
/** A look at the ledger once a day. */
const daysBetweenLooks = 1;
/** Of one command: the ledger is asked once, and the next command does the rest. */
const mostFiles = 500;

const dayMs = 86_400_000;

/**
 * Deletes typed SQL that this machine keeps (docs/adr/0050) and no load of the command's database can ask for any more. Only what was
 * typed, or looked at, more than a day ago: a load that begins now is in the ledger by then. What is wanted counts as looked at now.
 */
export async function forgetTypedSql(
  { connect, target }: Pick<LoadSession, 'connect' | 'target'>,
  { home }: { readonly home: string },
  now = Date.now(),
): Promise<void> {
  const folder = typedSqlFolder(home);
  if (folder === null) return;
  const old = oldFiles(folder, now);
  for (const { path } of old.filter(({ days }) => days > daysUnasked)) rmSync(path, { force: true });
  const database = nameOfDatabase(target.url);
  const mine = old.filter((file) => file.days <= daysUnasked && file.database === database).slice(0, mostFiles);
  if (mine.length === 0) return;
  const hashes = [...new Set(mine.map(({ hash }) => hash))];
  const wanted = await connect((db) => many<{ hash: string }>(db, selectWantedTyped(hashes, daysAfterEnd)));
  const isWanted = new Set(wanted.map(({ hash }) => hash));
  for (const { path, hash } of mine) {
    if (isWanted.has(hash)) utimesSync(path, now / 1_000, now / 1_000);
    else rmSync(path, { force: true });
  }
}

interface OldFile {
  readonly path: string;
  readonly hash: string;
  /** As keptSqlFile has it; another where an earlier version wrote it, or it is the rest of a write. */
  readonly database: string;
  readonly days: number;
}

/** The oldest first. */
function oldFiles(folder: string, now: number): readonly OldFile[] {
  return readdirSync(folder)
    .map((name) => {
      const [hash = '', database = ''] = name.split('.');
      const path = join(folder, name);
      const days = (now - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now)) / dayMs;
      return { path, hash, database, days };
    })
    .filter(({ days }) => days > daysBetweenLooks)
    .toSorted((a, b) => b.days - a.days);
}
