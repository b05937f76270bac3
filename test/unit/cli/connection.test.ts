import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { databaseOfVariables } from '../../../cli/connection/variables.ts';
import { chooseDatabase } from '../../../cli/typed/database-url.ts';
import { connectionOf } from '../../../functions/db/tls.ts';
import { foldersToRemove } from '../../support/folders.ts';

const folder = mkdtempSync(join(tmpdir(), 'landfall-connection-'));
foldersToRemove.push(folder);
const me = encodeURIComponent(userInfo().username);

const services = join(folder, 'services');
writeFileSync(
  services,
  `# services of the shop
[shop]
host=db.example.org
port = 6432
user=loader
dbname=shop
password=s3cr=t#1
application_name=psql

[secure]
host=db.example.org
dbname=shop
user=loader
sslmode=verify-full
sslrootcert=/etc/ca.pem
connect_timeout=7
options=-c work_mem=4MB

[broken]
host=db.example.org
hunter2hunter2

[strange]
host=db.example.org
channel_binding=require
`,
);

const cases: readonly (readonly [string, Record<string, string>, string | null])[] = [
  ['nothing', {}, null],
  [
    'a user alone, for other programs',
    { PGUSER: 'ana', PGPASSWORD: 's3cret', PGPORT: '6432', PGSSLMODE: 'require' },
    null,
  ],
  ['a host', { PGHOST: 'db.example.org' }, `postgres://${me}@db.example.org:5432/${me}`],
  [
    'a host with all of it, but the password, which pg finds',
    { PGHOST: 'db.example.org', PGPORT: '6432', PGUSER: 'lo@der', PGDATABASE: 'the shop', PGPASSWORD: 's3cret' },
    'postgres://lo%40der@db.example.org:6432/the%20shop',
  ],
  ['the name of a user is the name of a database', { PGHOST: 'h', PGUSER: 'ana' }, 'postgres://ana@h:5432/ana'],
  ['an address of IPv6', { PGHOST: '::1', PGUSER: 'ana' }, 'postgres://ana@[::1]:5432/ana'],
  ['an address before the host', { PGHOST: 'h', PGHOSTADDR: '10.0.0.1', PGUSER: 'a' }, 'postgres://a@10.0.0.1:5432/a'],
  [
    'TLS and patience',
    { PGHOST: 'h', PGUSER: 'a', PGSSLMODE: 'verify-full', PGSSLROOTCERT: '/ca.pem', PGCONNECT_TIMEOUT: '3' },
    'postgres://a@h:5432/a?sslmode=verify-full&sslrootcert=%2Fca.pem&connect_timeout=3',
  ],
  [
    'a socket, which has no TLS',
    { PGHOST: '/var/run/postgresql', PGUSER: 'a@b', PGPORT: '5433', PGSSLMODE: 'require' },
    'postgres:///a%40b?host=%2Fvar%2Frun%2Fpostgresql&port=5433&user=a%40b',
  ],
  ['a database alone, where no socket is', { PGDATABASE: 'shop', PGUSER: 'a' }, 'postgres://a@localhost:5432/shop'],
  [
    'a service, which comes before the variables',
    { PGSERVICE: 'shop', PGSERVICEFILE: services, PGUSER: 'ana', PGHOST: 'elsewhere' },
    'postgres://loader:s3cr%3Dt%231@db.example.org:6432/shop',
  ],
  [
    'a service with TLS',
    { PGSERVICE: 'secure', PGSERVICEFILE: services },
    'postgres://loader@db.example.org:5432/shop?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem&connect_timeout=7&options=-c+work_mem%3D4MB',
  ],
];

test.each(cases)('%s', (_, env, url) => {
  const found = databaseOfVariables(env, []);
  expect(found === null || found.problem !== undefined ? found : found.url).toEqual(url);
  // what follows is read as any URL is
  if (url !== null) expect(chooseDatabase(undefined, env)).toMatchObject({ kind: 'named' });
});

test('the folder of a socket that is there comes before localhost', () => {
  writeFileSync(join(folder, '.s.PGSQL.5439'), '');
  const env = { PGDATABASE: 'shop', PGUSER: 'a', PGPORT: '5439' };
  const place = encodeURIComponent(folder);
  expect(databaseOfVariables(env, ['/nowhere', folder])).toEqual({
    url: `postgres:///shop?host=${place}&port=5439&user=a`,
    by: 'PGPORT, PGDATABASE, PGUSER',
  });
});

test('an option, DATABASE_URL and the config come before the variables, and each is named', () => {
  const url = 'postgres://app@db.example.org/shop';
  const env = { PGHOST: 'other', PGUSER: 'a', DATABASE_URL: url };
  expect(chooseDatabase(`${url}2`, env, `${url}3`)).toEqual({ kind: 'named', url: `${url}2`, by: '--database-url' });
  expect(chooseDatabase(undefined, env, `${url}3`)).toEqual({ kind: 'named', url, by: 'DATABASE_URL' });
  expect(chooseDatabase(undefined, { ...env, DATABASE_URL: '' }, `${url}3`)).toMatchObject({ url: `${url}3` });
  expect(chooseDatabase(undefined, { ...env, DATABASE_URL: '' })).toEqual({
    kind: 'named',
    url: 'postgres://a@other:5432/a',
    by: 'PGHOST, PGUSER',
  });
  expect(chooseDatabase(undefined, { PGSERVICE: 'shop', PGSERVICEFILE: services })).toMatchObject({
    by: `PGSERVICE (shop in ${services})`,
  });
});

test('a service is looked for in the own file, then in the one of PGSYSCONFDIR', () => {
  const [home, system] = [join(folder, 'home'), join(folder, 'system')];
  mkdirSync(home);
  mkdirSync(system);
  writeFileSync(join(home, '.pg_service.conf'), '[mine]\nhost=mine\nuser=a\n');
  writeFileSync(join(system, 'pg_service.conf'), '[mine]\nhost=theirs\nuser=a\n[all]\nhost=all\nuser=a\n');
  const env = { HOME: home, PGSYSCONFDIR: system };
  expect(databaseOfVariables({ ...env, PGSERVICE: 'mine' })).toMatchObject({ url: 'postgres://a@mine:5432/a' });
  expect(databaseOfVariables({ ...env, PGSERVICE: 'all' })).toMatchObject({ url: 'postgres://a@all:5432/a' });
});

test.each([
  ['a service that is not there', { PGSERVICE: 'shpo' }],
  ['a line that is none', { PGSERVICE: 'broken' }],
  ['a keyword that is not followed', { PGSERVICE: 'strange' }],
  ['a file that is not there', { PGSERVICE: 'shop', PGSERVICEFILE: join(folder, 'none') }],
  ['no file at all', { PGSERVICE: 'shop', PGSERVICEFILE: '', HOME: join(folder, 'nobody') }],
  ['several hosts', { PGHOST: 'a,b' }],
  ['a port that is none', { PGHOST: 'a', PGPORT: '70000' }],
  ['a host that is none', { PGHOST: 'a b' }],
  ['a TLS that leaves it to others', { PGHOST: 'a', PGSSLMODE: 'prefer' }],
  ['a patience of no seconds', { PGHOST: 'a', PGCONNECT_TIMEOUT: 'long' }],
  ['a certificate of two names', { PGHOST: 'a', PGHOSTADDR: '10.0.0.1', PGSSLMODE: 'verify-full' }],
] as const)('%s is told, and nothing of the file', (_, env) => {
  const choice = chooseDatabase(undefined, { PGSERVICEFILE: services, PGUSER: 'a', ...env });
  if (choice.kind !== 'wrong') throw new Error('it is not refused');
  expect(choice.problem.replaceAll(folder, 'FOLDER')).toMatchSnapshot();
  expect(choice.problem).not.toMatch(/hunter2|s3cr/);
});

test('the seconds of a connection are those of the URL', () => {
  expect(connectionOf('postgres://a@h/b?connect_timeout=3')).toEqual({
    connectionString: 'postgres://a@h/b',
    ssl: false,
    connectionTimeoutMillis: 3_000,
  });
  expect(connectionOf('postgres://a@h/b?connect_timeout=0')).toEqual({
    connectionString: 'postgres://a@h/b',
    ssl: false,
  });
});
