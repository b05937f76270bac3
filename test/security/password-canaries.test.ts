import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { failureMessage } from '../../functions/words/failure-message.ts';
import { sql, trustedSql } from '../../functions/core/sql.ts';
import { withClient } from '../../functions/db/client.ts';
import { readFailedLoad } from '../../functions/ledger/loads/failed-load.ts';
import { toldFailure } from '../../functions/runtime/step-failure.ts';
import { toldError } from '../../functions/runtime/told-error.ts';
import type { World } from '../../cli/context.ts';
import { runCommand } from '../../cli/run.ts';
import { verbs } from '../../cli/verbs.ts';
import { loginUrl } from '../support/database-url.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { typedVerbs } from '../support/typed-verbs.ts';
import { sampleProject } from '../support/sample-datasets.ts';

// A password in every form in which people write one, over every verb. Whatever character stands in its middle, neither half of
// it may come out anywhere: on the terminal, in a log, the ledger, a report, a mail, an error, the arguments of a process.

const [left, right] = ['c4naryLeft', 'c4naryRight'];
const canary = /c4nary/i;
const middles = ['', '/', '?', '#', '@', ':', ' ', "'", '"', '%', '%20', '&', '=', '\\', '\n'];

/** What is typed where a URL belongs; `password` as it is, or as a URL encodes it. */
const forms: Readonly<Record<string, (password: string) => string>> = {
  'a URL': (password) => `postgres://app:${password}@127.0.0.1:1/shop`,
  'a URL, encoded': (password) => `postgres://app:${encodeURIComponent(password)}@127.0.0.1:1/shop`,
  'a URL with a port in the password': (password) => `postgres://app:12${password}@127.0.0.1:1/shop`,
  // what stands behind an @ would be a host
  'a URL without a host': (password) => `postgres://app:${password.replaceAll('@', '')}`,
  'a URL without a database': (password) => `postgres://app:${password}@127.0.0.1:1`,
  'a URL of two databases': (password) => `postgres://app:${password}@127.0.0.1:1/shop/${password}`,
  'a URL with a port that there is none': (password) => `postgres://app:${password}@127.0.0.1:99999/shop`,
  'a URL with a wrong sslmode': (password) =>
    `postgres://app:${encodeURIComponent(password)}@127.0.0.1:1/shop?sslmode=prefer`,
  'a parameter': (password) => `postgres://app@127.0.0.1:1/shop?password=${encodeURIComponent(password)}`,
  'a parameter as it is': (password) => `postgres://app@127.0.0.1:1/shop?password=${password}`,
  'the password of a key': (password) => `postgres://app@127.0.0.1:1/shop?sslpassword=${encodeURIComponent(password)}`,
  'a signed URL': (password) => `https://b.example/k?X-Amz-Security-Token=${password}&X-Amz-Signature=${password}`,
  keywords: (password) => `host=127.0.0.1 password=${password} dbname=shop`,
  'quoted keywords': (password) => `host=127.0.0.1 password='${password.replaceAll(/['\\]/g, String.raw`\$&`)}'`,
  'a URL of JDBC': (password) => `jdbc:postgresql://127.0.0.1:1/shop?user=app&password=${password}`,
  'no scheme': (password) => `app:${password}@127.0.0.1/shop`,
  'another database': (password) => `mysql://app:${password}@127.0.0.1/shop`,
  'a variable': (password) => `PGPASSWORD=${password}`,
  'a line of a password file': (password) => `127.0.0.1:1:shop:app:${password}`,
  'a secret of RDS': (password) => JSON.stringify({ host: '127.0.0.1', username: 'app', password, dbname: 'shop' }),
  'the password alone': (password) => password,
};

const folder = mkdtempSync(join(tmpdir(), 'landfall-passwords-'));
const home = join(folder, '.landfall');
const role = `canary_${process.pid}`;
const password = `${left}/@:#? ${right}`;
let database: TestDatabase;
/** The same database, by a role whose password is a canary. */
let url: string;

beforeAll(async () => {
  database = await testDatabase({ ledger: true });
  await database.run(trustedSql(`create role ${role} superuser login password '${password}'`));
  await database.run(sql`create table public.item (id int primary key, name text)`);
  url = loginUrl(database.url, role, encodeURIComponent(password));
  writeFileSync(join(folder, 'items.csv'), 'id,name\n1,a\n2,b\n');
  mkdirSync(home);
});
afterEach(() => vi.unstubAllEnvs());
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await database.run(trustedSql(`drop owned by ${role}; drop role ${role}`));
  await database.drop();
});

const wordsOf = typedVerbs({ file: 'items.csv', table: 'public.item', prefix: 'orders/' });
/** These start the functions' processes before they connect, which takes a second each. */
const slow: readonly string[] = ['load', 'dev', 'retry', 'backfill'];

describe.each(Object.keys(verbs))('%s', (name) => {
  test('says nothing of a password that is typed wrongly, or that leads nowhere', { timeout: 240_000 }, async () => {
    const { verb } = await (verbs[name] as (typeof verbs)[string]).open();
    const some = name === 'status' ? middles : slow.includes(name) ? ['#'] : ['/', '@'];
    for (const [form, write] of Object.entries(forms)) {
      for (const middle of some) {
        const typedUrl = write(`${left}${middle}${right}`);
        const words = [name, ...(wordsOf[name] ?? [])];
        const told = [await typed(words, { DATABASE_URL: typedUrl })];
        if (verb.options['database-url'] !== undefined) told.push(await typed([...words, '--database-url', typedUrl]));
        // the one verb whose result is the URL
        const shown = name === 'url' ? told.map(({ err }) => err) : told.map(({ out, err }) => out + err);
        expect({ form, middle, singing: shown.filter((text) => canary.test(text)) }).toEqual({
          form,
          middle,
          singing: [],
        });
      }
    }
  });
});

describe('a server that is there', () => {
  test('warns of ps where the password is typed, names what to do instead, and not where it is not', async () => {
    const { err } = await typed(['status', '--database-url', url]);
    expect(err).toContain('every user of this machine can read the password in --database-url (ps)');
    expect(err).toContain('DATABASE_URL');
    expect(err).not.toMatch(canary);
    expect((await typed(['status'], { DATABASE_URL: url })).err).toBe('');
    const without = new URL(url);
    without.password = '';
    expect((await typed(['status', '--database-url', without.href])).err).not.toContain('warning');
  });

  test('is entered with a password file, as the warning says', async () => {
    const without = new URL(url);
    without.password = '';
    const file = join(folder, 'pgpass');
    writeFileSync(file, `${without.hostname}:*:*:${role}:${password.replaceAll(/[\\:]/g, String.raw`\$&`)}\n`);
    chmodSync(file, 0o600);
    vi.stubEnv('PGPASSFILE', file);
    expect(await typed(['status', '--json', '--database-url', without.href])).toMatchObject({ code: 0 });
    const told = await typed(['load', ...(wordsOf['load'] ?? []), '--database-url', without.href], {
      PGPASSFILE: file,
    });
    expect(told).toMatchObject({ code: 0 });
    expect(told.out + told.err).not.toMatch(canary);
  });

  test('refuses it, has no such database, or no right: without a word of it', async () => {
    for (const change of [
      (parts: URL) => void (parts.password = encodeURIComponent(`${left}#${right}`)),
      (parts: URL) => void (parts.pathname = '/no_such_database'),
      (parts: URL) => parts.searchParams.set('sslmode', 'verify-full'),
      (parts: URL) => parts.searchParams.set('sslrootcert', '/no/such/file.pem'),
      (parts: URL) => parts.searchParams.set('options', '-c no_such_setting=1'),
    ]) {
      const parts = new URL(url);
      change(parts);
      for (const words of [['migrate'], ['doctor'], ['status', '--json']]) {
        const told = await typed([...words, '--database-url', parts.href]);
        expect(told.out + told.err).not.toMatch(canary);
      }
    }
  });

  test('loads, fails and is told of: terminal, logs, ledger, reports, mails and arguments have none of it', {
    timeout: 120_000,
  }, async () => {
    const raised = `lost postgres://svc:${left}/${right}@other/x and password='${left} ${right}'`.replaceAll("'", "''");
    await database.run(
      trustedSql(`
      create function public.raises() returns trigger language plpgsql as $$
        begin raise exception '%', '${raised}' using errcode = '57P04'; end $$`),
    );
    const texts: string[] = [];
    const seen = new Set<string>();
    const watching = setInterval(() => {
      for (const line of argumentsOfChildren()) seen.add(line);
    }, 300);
    const load = ['load', ...(wordsOf['load'] ?? []), '--force'];
    for (const words of [
      load,
      [...load, '--json'],
      [...load, '--dry-run'],
      ['status'],
      ['status', '--json'],
      ['list', '--json'],
      ['doctor'],
    ]) {
      const told = await typed(words, { DATABASE_URL: url });
      texts.push(told.out, told.err);
    }
    await database.run(
      sql`create trigger raises after update on public.item for each statement execute function public.raises()`,
    );
    writeFileSync(join(folder, 'items.csv'), 'id,name\n1,changed\n2,b\n');
    const failed = await typed(load, { DATABASE_URL: url });
    clearInterval(watching);
    expect(failed.code).not.toBe(0);
    texts.push(failed.out, failed.err);
    const [{ load_id: loadId } = { load_id: 0 }] = await database.rows<{ load_id: number }>(
      sql`select load_id from landfall.loads order by load_id desc limit 1`,
    );
    for (const verb of ['explain', 'retry', 'cancel']) {
      const told = await typed([verb, String(loadId)], { DATABASE_URL: url });
      texts.push(told.out, told.err);
    }
    texts.push(readFileSync(join(home, 'functions.log'), 'utf8'), ...filesBelow(join(home, 'reports')));
    texts.push(JSON.stringify(await database.rows(sql`select pg_catalog.to_jsonb(loads) as row from landfall.loads`)));
    texts.push(
      JSON.stringify(await database.rows(sql`select pg_catalog.to_jsonb(operations) as row from landfall.operations`)),
    );
    const mail = await withClient({ connectionString: database.url, applicationName: 'test' }, (db) =>
      readFailedLoad(db, loadId),
    );
    texts.push(JSON.stringify(failureMessage({ ...mail, code: 'TryAgain' }, null)));
    expect(texts.join('\n')).toContain('lost postgres://svc:***@other/x');
    expect(texts.filter((text) => canary.test(text))).toEqual([]);
    expect(seen.size > 0 || process.platform !== 'linux').toBe(true);
    expect([...seen].filter((line) => canary.test(line))).toEqual([]);
  });
});

test('an error of a function is told without it: in its words, its fields and its causes', async () => {
  vi.stubEnv('DATABASE_URL', url);
  const call = { loadId: 0, attempt: 0, stack: null };
  for (const middle of middles) {
    for (const [form, write] of Object.entries(forms)) {
      const text = write(`${left}${middle === '\n' ? '' : middle}${right}`);
      vi.stubEnv('DATABASE_URL', text);
      const cause = Object.assign(new TypeError(`Invalid URL: ${text}`), { input: text });
      const error = new Error(`cannot connect with ${text}`, { cause });
      const failure = new Error('cannot connect', { cause });
      for (const one of [error, failure, cause]) {
        for (const told of [toldError(one), await toldFailure(one, call, () => Promise.reject(new Error('away')))]) {
          const { message, stack, cause: behind, ...fields } = told as Error & Record<string, unknown>;
          const all = JSON.stringify([message, stack, String(behind), fields]);
          expect({ form, middle, all: canary.test(all) ? all : '' }).toEqual({ form, middle, all: '' });
        }
      }
    }
  }
});

interface Told {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function typed(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Told> {
  const told = { out: '', err: '' };
  const context: World = {
    home,
    typedIn: folder,
    project: sampleProject(folder),
    env: { PATH: process.env['PATH'], HOME: folder, ...env },
    out: (text) => void (told.out += text),
    err: (text) => void (told.err += text),
    redraw: (line) => void (told.err += line),
    terminalColumns: () => null,
    signal: new AbortController().signal,
  };
  return { code: await runCommand(words, context), ...told };
}

/** Command lines of this process's children and theirs, as ps shows them. */
function argumentsOfChildren(): readonly string[] {
  if (process.platform !== 'linux') return [];
  return execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes('worker-main'));
}

function filesBelow(path: string): readonly string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
}
