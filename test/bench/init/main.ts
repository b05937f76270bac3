import { chmodSync, copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { runCommand } from '../../../cli/run.ts';
import { trustedSql } from '../../../functions/core/sql.ts';
import { execute, one, withClient } from '../../../functions/db/client.ts';
import { throwawaySettings } from '../../../localstack/embedded/server/settings.ts';
import { startTemporaryServer } from '../../../localstack/embedded/server/temporary-server.ts';
import { openProject } from '../../../project/open-project.ts';

// Real files through `landfall init`: the table that it prints is made, the dataset that it writes is loaded with no reject allowed,
// and the table's rows are counted. Arguments: files, and folders with files; else the samples of vega-datasets.
// Exit code 1 where a file was neither loaded whole nor refused in words by `init`.

const samples = join(import.meta.dirname, '../../../node_modules/vega-datasets/data');
/** Larger ones show nothing that these do not; pictures and Arrow are no files of the loader. */
const isWanted = (name: string): boolean => /\.(?:csv|tsv|json|parquet)$/u.test(name) && !/-(?:200k|3m)\./u.test(name);

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

interface Tried {
  readonly verdict: 'loaded' | 'refused' | 'wrong';
  readonly words: string;
}

const typed = process.argv.slice(2);
const files = (typed.length === 0 ? [samples] : typed).flatMap(filesOf);
const home = mkdtempSync(join(tmpdir(), 'landfall-bench-init-'));
// as root the server runs as another user, who has to get there
chmodSync(home, 0o711);
const server = await startTemporaryServer({ directory: join(home, 'server'), settings: throwawaySettings }).catch(
  (error: unknown) => {
    rmSync(home, { recursive: true });
    throw error;
  },
);
const asBench = { connectionString: server.url, applicationName: 'landfall-bench-init' };
const verdicts = new Map<string, number>();
try {
  for (const [i, file] of files.entries()) {
    const { verdict, words } = await tryFile(file, `f${i}`).catch((error: unknown) => ({
      verdict: 'wrong' as const,
      words: String(error),
    }));
    verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
    process.stdout.write(`${verdict} ${basename(file)}: ${words}\n`);
  }
} finally {
  await server.stop();
  rmSync(home, { recursive: true, force: true });
}
const counts = [...verdicts].map(([verdict, count]) => `${count} ${verdict}`).join(', ');
process.stdout.write(`${files.length} files: ${counts}\n`);
if ((verdicts.get('wrong') ?? 0) > 0) process.exitCode = 1;

function filesOf(path: string): readonly string[] {
  try {
    return readdirSync(path)
      .filter(isWanted)
      .toSorted()
      .map((name) => join(path, name));
  } catch {
    return [path];
  }
}

async function tryFile(file: string, table: string): Promise<Tried> {
  const folder = mkdtempSync(join(home, 'project-'));
  const name = basename(file);
  copyFileSync(file, join(folder, name));
  const into = `public.${table}`;
  const ddl = await landfall(folder, ['init', name, '--into', into, '--ddl']);
  if (ddl.code !== 0) return { verdict: 'refused', words: firstLine(ddl.err) };
  await withClient(asBench, (db) => execute(db, trustedSql(ddl.out)));
  const init = await landfall(folder, ['init', name, '--into', into, '--max-reject-share', '0', '--json']);
  if (init.code !== 0) return { verdict: 'wrong', words: `init: ${firstLine(init.err)}` };
  const load = await landfall(folder, ['load', name, '--dataset', table, '--json']);
  const report = JSON.parse(load.out.trim().split('\n').at(-1) ?? '{}') as {
    readonly outcome?: string;
    readonly counts?: { readonly records: number; readonly rejected: number };
    readonly rejectsByCode?: object;
    readonly message?: string | null;
  };
  const { rows } = await withClient(asBench, (db) =>
    one<{ rows: number }>(db, trustedSql(`select count(*)::integer as rows from ${into}`)),
  );
  const { records = -1, rejected = -1 } = report.counts ?? {};
  if (report.outcome === 'LOADED' && rows === records) return { verdict: 'loaded', words: `${records} records` };
  return {
    verdict: 'wrong',
    words: `${report.outcome ?? firstLine(load.err)}: ${records} records, ${rejected} rejected ${JSON.stringify(report.rejectsByCode ?? {})}, ${rows} rows; ${report.message ?? ''}`,
  };
}

async function landfall(folder: string, words: readonly string[]): Promise<Said> {
  const said = { out: '', err: '' };
  const code = await runCommand(words, {
    project: await openProject(folder),
    // one for all: what is compiled is kept in it
    home: join(home, '.landfall'),
    typedIn: folder,
    env: { DATABASE_URL: server.url },
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
    redraw: () => undefined,
    terminalColumns: () => null,
    signal: new AbortController().signal,
  });
  return { code, ...said };
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
