import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageFolder } from '../../../project/own-package.ts';
import { ident, join as joined, type Sql, sql } from '../../../functions/core/sql.ts';
import { type Db, execute, many, withClient } from '../../../functions/db/client.ts';
import { startTemporaryServer } from '../../../localstack/embedded/server/temporary-server.ts';
import { plainEnvironment } from '../run-script.ts';
import { optionsOf } from './declared.ts';
import type { TypedLoad } from './ways.ts';

/** A file and how it was read without a database. */
export interface ReadFile {
  readonly file: string;
  readonly load: TypedLoad;
}

/**
 * Loads files by the command as it was typed, into tables of a throwaway PostgreSQL, and compares their rows with those that were
 * scored. Answers the files that differ; none is what makes the scores those of loads.
 */
export async function differingLoads(files: readonly ReadFile[]): Promise<readonly string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'landfall-bench-pollock-'));
  const server = await startTemporaryServer({ directory });
  try {
    const home = join(directory, 'home');
    await mkdir(home, { mode: 0o700 });
    return await withClient({ connectionString: server.url, applicationName: 'landfall:bench' }, async (db) => {
      const differing: string[] = [];
      for (const { file, load } of files) {
        const rows = await rowsLoaded(db, { file, load, url: server.url, home });
        const scored =
          load.loaded.kind === 'loaded' ? load.loaded.rows.map((row) => JSON.stringify(row)).toSorted() : [];
        if (JSON.stringify(rows.map((row) => JSON.stringify(row)).toSorted()) !== JSON.stringify(scored))
          differing.push(file);
      }
      return differing;
    });
  } finally {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function rowsLoaded(
  db: Db,
  { file, load, url, home }: ReadFile & { readonly url: string; readonly home: string },
): Promise<readonly (readonly (string | null)[])[]> {
  await execute(db, sql`drop table if exists public.loaded`);
  await execute(db, createTable(load.columns));
  const typed = ['load', file, '--into', 'public.loaded', '--conflict', 'append', '--force', '--database-url', url];
  await run([join(packageFolder, 'cli/main.ts'), ...typed, ...optionsOf(load.declared)], home);
  const rows = await many<Record<string, string | null>>(db, sql`select * from public.loaded`);
  return rows.map((row) => load.columns.map((name) => row[name] ?? null));
}

function createTable(columns: readonly string[]): Sql {
  return sql`create table public.loaded (${joined(columns.map((name) => sql`${ident(name)} text`))})`;
}

/** A load that is refused leaves its table empty, which is what is asked. */
async function run(command: readonly string[], home: string): Promise<void> {
  await new Promise<void>((done) => {
    execFile(process.execPath, command, { env: { ...plainEnvironment(), LANDFALL_HOME: home } }, () => done());
  });
}
