import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql, trustedSql } from '../../../functions/core/sql.ts';
import { execute, withClient } from '../../../functions/db/client.ts';
import { databaseName, databaseUrl } from '../../support/database-url.ts';
import { type TestDatabase, testDatabase } from '../../support/postgres.ts';
import { standIn, type } from '../../unit/cli/terminal.ts';

// Files, tables and servers that cannot be loaded, through the real command. What a person reads is the snapshot.

let database: TestDatabase;
const world = standIn();

beforeAll(async () => {
  database = await testDatabase({ password: true });
  await run(`
    create table public.item (id int primary key, name text not null, price numeric(8,2) check (price >= 0), made date);
    create table public.loose (id int, name text);
    create view public.item_view as select * from public.item;
    create table public.guarded (id int primary key, name text);
    alter table public.guarded enable row level security;
    create table public.late (id int unique deferrable initially deferred, name text);
    create table public.partly (id int, name text);
    create unique index partly_id on public.partly (id) where (name is not null);
    create table public.counted (id int primary key, twice int generated always as (id * 2) stored);
    create unlogged table public.fleeting (id int primary key, name text)`);
});
afterAll(() => database.drop());

const head = 'id,name,price,made\n';
const good = '1,Nut,0.10,2024-02-29\n';

/** Each file alone into public.item; a good record beside the bad one shows that it was not swallowed. */
const files: readonly (readonly [string, string | Buffer])[] = [
  ['empty', ''],
  ['only blank lines', '\n\r\n\n'],
  ['header only', head],
  ['header without line end', 'id,name,price,made'],
  ['unknown column', `id,name,colour\n1,Nut,red\n`],
  ['misspelt column', `id,nmae\n1,Nut\n`],
  ['missing required column', `id,price\n1,0.10\n`],
  ['missing key column', `name,price\nNut,0.10\n`],
  ['duplicate header', `id,name,Name\n1,Nut,Bolt\n`],
  ['empty header cell', `id,name,\n1,Nut,\n`],
  ['semicolons', 'id;name;price;made\n1;Nut;0.10;2024-02-29\n'],
  ['tabs', 'id\tname\n1\tNut\n'],
  ['no header', '1,Nut,0.10,2024-02-29\n2,Bolt,0.20,2024-02-29\n'],
  ['UTF-16', Buffer.from(`\ufeff${head}${good}2,Bo\ud800lt,0.20,2024-02-29\n`, 'utf16le')],
  ['gzip', Buffer.from('1f8b0800000000000003cb4c01000b7c9f6d02000000', 'hex')],
  ['a spreadsheet', Buffer.from(`PK\x03\x04${'\0'.repeat(26)}[Content_Types].xml`)],
  ['an archive that is cut off', Buffer.from('504b0304140006000800000021', 'hex')],
  ['unterminated quote', `${head}${good}2,"Bolt,0.20,2024-02-29\n3,Cog,1,2024-01-01\n`],
  ['too few cells', `${head}${good}2,Bolt\n`],
  ['too many cells', `${head}${good}2,Bolt,0.20,2024-02-29,blue\n`],
  ['stray quote', `${head}${good}2,5" bolt,0.20,2024-02-29\n`],
  ['text after a quote', `${head}${good}2,"Bolt" new,0.20,2024-02-29\n`],
  ['CR alone', `${head}${good}2,Bo\rlt,0.20,2024-02-29\n`],
  ['LF alone', `${head}${good}2,Bo\nlt,0.20,2024-02-29\n`.replaceAll(/\n(?!lt)/g, '\r')],
  ['NUL byte', `${head}${good}2,Bo\0lt,0.20,2024-02-29\n`],
  ['bad UTF-8', Buffer.from(`${head}${good}2,Bo\xfflt,0.20,2024-02-29\n`, 'latin1')],
  ['letters in a number', `${head}${good}two,Bolt,cheap,2024-02-29\n`],
  ['number out of range', `${head}${good}99999999999,Bolt,12345678.90,2024-02-29\n`],
  ['too many digits after the point', `${head}${good}2,Bolt,0.205,2024-02-29\n`],
  ['decimal comma', `${head}${good}2,Bolt,"0,20",2024-02-29\n`],
  ['a day that does not exist', `${head}${good}2,Bolt,0.20,2023-02-29\n`],
  ['a date in words', `${head}${good}2,Bolt,0.20,today\n`],
  ['a date of another country', `${head}${good}2,Bolt,0.20,29/02/2024\n`],
  ['blanks around a number', `${head}${good} 2 ,Bolt,0.20,2024-02-29\n`],
  ['NULL in the key', `${head}${good},Bolt,0.20,2024-02-29\n`],
  ['NULL where NOT NULL is', `${head}${good}2,,0.20,2024-02-29\n`],
  ['a CHECK broken', `${head}${good}2,Bolt,-0.20,2024-02-29\n`],
  ['several reasons', `${head}${good}x,,-1,never\n`],
  ['a formula', `${head}=1+1,Bolt,0.20,2024-02-29\n`],
];

test('every bad file says what is wrong with it, and keeps the good rows beside the bad ones', {
  timeout: 120_000,
}, async () => {
  const paths: string[] = [];
  for (const [name, content] of files) {
    const path = join(world.folder, `${name.replaceAll(' ', '-')}.csv`);
    await writeFile(path, content);
    paths.push(path);
  }
  const { code, out } = await load([...paths, '--into', 'public.item', '--key', 'id']);
  const summaries = splitSummaries(out);
  expect(summaries).toHaveLength(files.length);
  for (const [i, [name]] of files.entries()) expect(summaries[i], name).toMatchSnapshot(name);
  expect(out).not.toContain('failed for a technical reason');
  expect(code).toBe(3);
});

const tables: readonly (readonly [string, string, string])[] = [
  ['no such table', 'public.itme', 'id'],
  ['a table of another schema', 'shop.item', 'id'],
  ['another case', 'public.Item', 'id'],
  ['a view', 'public.item_view', 'id'],
  ['no unique index', 'public.loose', 'id'],
  ['a key that is no column', 'public.item', 'number'],
  ['row-level security', 'public.guarded', 'id'],
  ['a deferrable index', 'public.late', 'id'],
  ['a partial index', 'public.partly', 'id'],
  ['a key longer than the index', 'public.item', 'id,name'],
  ['a table that does not last', 'public.fleeting', 'id'],
];

test.each(tables)('%s is refused with 3', async (_, into, key) => {
  const file = await fileOf('one.csv', 'id,name\n1,Nut\n');
  const { code, out } = await load([file, '--into', into, '--key', key]);
  expect(normal(out)).toMatchSnapshot();
  expect(code).toBe(3);
});

test('a generated column in the file is refused with 3', async () => {
  const file = await fileOf('counted.csv', 'id,twice\n1,2\n');
  const { code, out } = await load([file, '--into', 'public.counted', '--key', 'id']);
  expect(normal(out)).toMatchSnapshot();
  expect(code).toBe(3);
});

test('the same faults with --json are one object a load', async () => {
  const file = await fileOf('json.csv', `${head}${good}x,,-1,never\n`);
  const missing = await fileOf('header.csv', 'id,colour\n1,red\n');
  const { code, out } = await load([file, missing, '--into', 'public.item', '--key', 'id', '--json']);
  const reports = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { outcome: string; code?: string });
  expect(reports.map(({ outcome, code: why }) => [outcome, why])).toEqual([
    ['LOADED', undefined],
    ['REJECTED', 'UNKNOWN_COLUMN'],
  ]);
  expect(code).toBe(3);
});

const servers: readonly (readonly [string, (url: string) => string | Promise<string>])[] = [
  ['a wrong password', (url) => changed(url, { password: 'wrong' })],
  ['no password', (url) => changed(url, { password: '' })],
  ['no such role', (url) => changed(url, { username: 'nobody_of_that_name' })],
  ['no such database', (url) => databaseUrl(url, 'no_such_database')],
  ['nothing listens', (url) => changed(url, { port: '1' })],
  ['no such host', () => 'postgres://app@db.invalid:5432/shop'],
  ['a server that speaks no TLS', (url) => `${url}?sslmode=require`],
];

test.each(servers)('%s ends with 1 and says what to check', async (_, urlOf) => {
  const url = await urlOf(database.url);
  const { code, out, err } = await type(['migrate', '--database-url', url], world);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(normal(err)).toMatchSnapshot();
});

test('a server that is no PostgreSQL', async () => {
  const server = createServer((socket) => socket.once('data', () => socket.destroy()));
  const port = await listening(server);
  const { code, err } = await type(['migrate', '--database-url', `postgres://app@127.0.0.1:${port}/shop`], world);
  server.close();
  expect(code).toBe(1);
  expect(normal(err)).toMatchSnapshot();
});

test('a database that takes no writes', async () => {
  const own = await testDatabase();
  const name = databaseName(own.url);
  await run(`alter database "${name}" set default_transaction_read_only = on`);
  const { code, err } = await type(['migrate', '--database-url', own.url], world);
  await own.drop();
  expect(code).toBe(1);
  expect(normal(err)).toMatchSnapshot();
});

test('a database that is not in UTF-8', async () => {
  const own = await testDatabase();
  const latin = `${databaseName(own.url)}_latin`;
  const locale = `locale_provider libc locale 'C'`;
  await own.run(trustedSql(`create database ${latin} template template0 encoding 'LATIN1' ${locale}`));
  const { code, err } = await type(['migrate', '--database-url', databaseUrl(own.url, latin)], world);
  await own.run(trustedSql(`drop database ${latin}`));
  await own.drop();
  expect(code).toBe(1);
  expect(normal(err)).toMatchSnapshot();
});

test('a role that may not create the ledger is told who shall do it', async () => {
  const own = await testDatabase();
  const role = `landfall_guest_${process.pid}`;
  await run(`create role ${role} login password 'guest'`);
  const url = changed(own.url, { username: role, password: 'guest' });
  const { code, err } = await type(
    ['load', await fileOf('one.csv', 'id\n1\n'), '--into', 'public.t', '--key', 'id', '--database-url', url],
    world,
  );
  await own.drop();
  await run(`drop role ${role}`);
  expect(code).toBe(1);
  expect(
    normal(err)
      .replaceAll(role, 'ROLE')
      .replaceAll(new URL(url).pathname, '/DATABASE')
      .replaceAll(databaseName(url), 'DATABASE'),
  ).toMatchSnapshot();
});

test('a ledger that is newer than this version', async () => {
  const own = await testDatabase();
  expect((await type(['migrate', '--database-url', own.url], world)).code).toBe(0);
  await withClient({ connectionString: own.url, applicationName: 'test' }, (db) =>
    execute(db, sql`insert into landfall.migrations (name, sha256) values ('9999_future.sql', 'x')`),
  );
  const { code, err } = await type(['migrate', '--database-url', own.url], world);
  await own.drop();
  expect(code).toBe(1);
  expect(normal(err)).toMatchSnapshot();
});

test.each([['explain'], ['rejects']])('%s of a load that does not exist', async (verb) => {
  const { code, err } = await type([verb, '999999', '--database-url', database.url], world);
  expect(code).toBe(1);
  expect(err).toMatchSnapshot();
});

async function load(words: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  return await type(['load', ...words, '--database-url', database.url], world);
}

async function fileOf(name: string, content: string): Promise<string> {
  const path = join(world.folder, name);
  await writeFile(path, content);
  return path;
}

async function run(statements: string): Promise<void> {
  await withClient({ connectionString: database.url, applicationName: 'test' }, (db) =>
    execute(db, trustedSql(statements)),
  );
}

/** A summary begins at the left margin, its details are indented. */
function splitSummaries(out: string): readonly string[] {
  return normal(out)
    .split(/\n(?=\S)/)
    .filter((text) => text.trim() !== '');
}

/** Without what differs from run to run: numbers of loads, times, ports and names of databases. */
function normal(text: string): string {
  return text
    .replaceAll(/\(load \d+\)/g, '(load N)')
    .replaceAll(/rejects \d+( --database-url URL)?( shows|`)/g, 'rejects N$1$2')
    .replaceAll(/\/\d+\/(report\.json|report\.html|rejects\.csv)/g, '/N/$1')
    .replaceAll(/, in [\d.]+ m?s, [\d,]+ records\/s/g, '')
    .replaceAll(/127\.0\.0\.1:\d+/g, 'SERVER')
    .replaceAll(/landfall_(?:test|asked)_[0-9a-f]+/g, 'DATABASE');
}

function changed(url: string, parts: { username?: string; password?: string; port?: string }): string {
  return Object.assign(new URL(url), parts).href;
}

async function listening(server: Server): Promise<number> {
  return await new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
  );
}
