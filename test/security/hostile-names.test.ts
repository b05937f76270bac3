import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { openTopic } from '../../functions/aws/topic.ts';
import { failureMessage, unclaimedMessage } from '../../functions/words/failure-message.ts';
import { gatheredMessage } from '../../functions/words/gathered-message.ts';
import { shellWord, sqlIdent } from '../../functions/core/typed-again.ts';
import { ident, sql, trustedSql } from '../../functions/core/sql.ts';
import { execute, many, withClient } from '../../functions/db/client.ts';
import { readFailedLoad } from '../../functions/ledger/loads/failed-load.ts';
import { tellFailure } from '../../functions/recorder/tell.ts';
import type { World } from '../../cli/context.ts';
import { runCommand } from '../../cli/run.ts';
import { terminal } from '../../cli/terminal.ts';
import { verbs } from '../../cli/verbs.ts';
import { startAwsService } from '../support/aws-service.ts';
import { hostileIdentifier, hostileName, hostileParts, unsafeIn } from '../support/hostile-names.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { sampleProject } from '../support/sample-datasets.ts';

// Names that lie: in files, tables, columns, cells, words of the database and of AWS, and all that a ledger can hold of them. What
// the real command writes is caught byte by byte. What a new verb does with what is typed is tried without a change here.

const folder = mkdtempSync(join(tmpdir(), 'landfall-names-'));
const home = join(folder, '.landfall');
const target = `"${hostileIdentifier.replaceAll('"', '""')}"."${hostileIdentifier.replaceAll('"', '""')}"`;
const into = ['--into', target, '--key', 'id'];
let database: TestDatabase;
let aws: Server;
let loads: readonly number[] = [];

beforeAll(async () => {
  database = await testDatabase({ ledger: true });
  const [name, table] = [ident(hostileIdentifier), ident(hostileIdentifier, hostileIdentifier)];
  await database.run(sql`create schema ${name}`);
  await database.run(sql`create table ${table} (id int primary key, ${name} int)`);
  await database.run(sql`create table public.orders (id bigint primary key, account text)`);
  await database.run(
    trustedSql(`
    create function public.raises() returns trigger language plpgsql as $$
      begin if new.id = 13 then raise exception E'x\\u202e\\u001b[2J\\nFORGED %', new.id; end if; return new; end $$`),
  );
  await database.run(
    sql`create trigger raises before insert on ${table} for each row execute function public.raises()`,
  );
  aws = createServer((_, response) => {
    const words = hostileName.replaceAll(/[\u0000-\u0008\u000b-\u001f&<]/g, '?');
    response.writeHead(400, { 'content-type': 'text/xml' });
    response.end(
      `<ErrorResponse><Error><Code>ValidationError</Code><Message>${words}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
    );
  });
  await new Promise<void>((resolve) => aws.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(aws.address() as AddressInfo).port}`);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  write(`${hostileName}.csv`, `id,${quoted(hostileIdentifier)}\n1,1\n2,${quoted(hostileName)}\n3,\u202e\n13,1\n`);
  write(`unknown ${hostileName}.csv`, `id,${quoted(hostileName)}\n1,1\n`);
  write(`again ${hostileName}.csv`, `id,ID\n1,1\n`);
  mkdirSync(join(folder, `folder ${hostileName}`));
  await fillLedger();
}, 120_000);
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  vi.unstubAllEnvs();
  aws.close();
  rmSync(folder, { recursive: true, force: true });
  await database.drop();
});

describe('what is typed', () => {
  test.each(Object.keys(verbs))(
    '%s shows it harmlessly, in every option and place',
    { timeout: 120_000 },
    async (name) => {
      const { verb } = await (verbs[name] as (typeof verbs)[string]).open();
      const texts = Object.entries(verb.options).filter(([, { type }]) => type === 'string');
      const lines = [
        [name, hostileName],
        [name, hostileName, hostileName],
        [name, `--${hostileName}`],
        ...texts.flatMap(([option]) => [
          [name, `--${option}=${hostileName}`],
          [name, '1', `--${option}=${hostileName}`],
          [name, hostileName, `--${option}=${hostileName}`],
        ]),
      ];
      for (const words of lines) expectSafe(await typed(words), words);
    },
  );

  test('is no verb', async () => {
    for (const part of Object.values(hostileParts)) expectSafe(await typed([part]), [part]);
    expectSafe(await typed([`-${hostileName}`]), []);
  });
});

describe('names of files, tables, columns and cells, and the words of the database', () => {
  const files: Readonly<Record<string, readonly string[]>> = {
    'a load with rejects': [`${hostileName}.csv`, ...into],
    'the same again': [`${hostileName}.csv`, ...into],
    'a dry run': [`${hostileName}.csv`, ...into, '--force', '--dry-run'],
    'columns that nobody knows': [`unknown ${hostileName}.csv`, ...into],
    'columns twice': [`again ${hostileName}.csv`, ...into],
    'no such table': [
      `${hostileName}.csv`,
      '--into',
      `public."${hostileIdentifier.replaceAll('"', '""')}"`,
      '--key',
      'id',
    ],
    'no such key': [`${hostileName}.csv`, '--into', target, '--key', hostileIdentifier],
    'no such file': [`missing ${hostileName}.csv`, ...into],
    'a folder': [`folder ${hostileName}`, ...into],
    'an address of nothing': [`ftp://${hostileName}`, ...into],
    'a bucket that cannot be': [`s3://${hostileName}/x`, ...into],
  };
  test.each(Object.entries(files))('%s', { timeout: 120_000 }, async (of, words) => {
    const told = await typed(['load', ...words]);
    expectSafe(told, words);
    expect(told.out + told.err, of).not.toContain('this should not have happened');
    expectSafe(await typed(['load', ...words], { columns: 70 }), words);
  });

  test('JSON holds them as they are', async () => {
    const { out } = await typed(['load', `${hostileName}.csv`, ...into, '--json']);
    const report = JSON.parse(out) as { object: { key: string }; reportPath: string };
    expect(report.object.key).toBe(join(folder, `${hostileName}.csv`));
    expect(unsafeIn(out)).toEqual([]);
    const file = readFileSync(report.reportPath, 'utf8');
    expect(unsafeIn(file)).toEqual([]);
    expect((JSON.parse(file) as typeof report).object.key).toBe(report.object.key);
  });

  test('the landing folder of dev, and backfill', { timeout: 120_000 }, async () => {
    mkdirSync(join(home, 'landing/orders'), { recursive: true });
    writeFileSync(join(home, 'landing/orders', `${hostileName}.csv`), `id,account\n1,${quoted(hostileName)}\n2\n`);
    writeFileSync(join(home, 'landing', `nobody ${hostileName}.csv`), 'id\n1\n');
    const told = await typed(['dev'], {
      until: /orders\/.*: (LOADED|REJECTED)[^]*no dataset|no dataset[^]*orders\/.*: (LOADED|REJECTED)/,
    });
    expect(told.out).toContain('no dataset claims it');
    expectSafe(told, ['dev']);
    writeFileSync(join(home, 'landing/orders', `second ${hostileName}.csv`), 'id,account\n3,a\n');
    expectSafe(await typed(['backfill', 'orders/', '--since', '1h', '--reason', hostileName]), ['backfill']);
  });
});

describe('what the ledger holds', () => {
  test('is shown harmlessly by every verb that reads it', { timeout: 240_000 }, async () => {
    const ids = loads.map(String);
    const commands = [
      ['status'],
      ['list'],
      ['doctor', target],
      ...ids.flatMap((id) => [
        ['explain', id],
        ['rejects', id],
        ['cancel', id],
        ['retry', id, '--reason', hostileName],
        ['release', id],
      ]),
      ['release', 'T'],
      ['pause', hostileName, '--reason', hostileName],
      ['pause', target, '--reason', hostileName],
      ['pause', target],
      ['status'],
      ['resume', target],
      ['resume', hostileName],
      ['release', hostileName, '--force', '--reason', hostileName],
      ['retry', '--failed', '--since', '1h', '--dataset', `d${hostileName}`],
      ['list', '--dataset', `d${hostileName}`],
    ];
    for (const words of commands) {
      expectSafe(await typed(words), words);
      const { out } = await typed([...words, '--json']);
      expect(unsafeIn(out), words.join(' ')).toEqual([]);
      for (const line of out.split('\n').filter((each) => each !== ''))
        expect(() => JSON.parse(line) as unknown).not.toThrow();
    }
    const list = JSON.parse((await typed(['list', '--json', '--limit', '1000'])).out) as {
      loads: { key: string; dataset: string }[];
    };
    expect(list.loads).toContainEqual(expect.objectContaining({ key: `k${hostileName}`, dataset: `d${hostileName}` }));
    const lines = (await typed(['list', '--limit', '1000'])).out.trimEnd().split('\n');
    expect(lines).toHaveLength(list.loads.length + 1);
  });

  test('is harmless in every mail, whose subject SNS takes', async () => {
    const service = await startAwsService(() => ({
      body: '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>',
    }));
    const tell = openTopic('arn:aws:sns:eu-central-1:111122223333:landfall', service.connection);
    try {
      await withClient({ connectionString: database.url, applicationName: 'test' }, async (db) => {
        for (const loadId of loads) {
          const load = await readFailedLoad(db, loadId);
          await tell(failureMessage(load, hostileName));
          for (const code of [
            'OBJECT_DENIED',
            'CONTRACT_CHANGED',
            'Lambda.Unknown',
            'TryAgain',
            'RECONCILIATION_MISMATCH',
          ])
            await tell(failureMessage({ ...load, code }, null));
        }
        const input = JSON.stringify({
          bucket: 'landing',
          key: hostileName,
          versionId: null,
          dataset: null,
          dryRun: false,
          force: false,
        });
        const end = {
          executionArn: `arn:${hostileName}`,
          status: 'FAILED' as const,
          error: hostileName,
          cause: hostileName,
          input,
        };
        await tellFailure(end, { db, tell, emit: () => undefined, stack: 'Landfall' });
      });
      await tell(unclaimedMessage({ execution: hostileName, code: hostileName, object: hostileName }, hostileName));
      const gathered = {
        cause: hostileName,
        failures: 2,
        loads: 1,
        still: 1,
        examples: [1],
        from: new Date(),
        until: new Date(),
      };
      await tell(gatheredMessage(gathered, hostileName));
      expect(service.calls.length).toBeGreaterThan(loads.length * 6);
      for (const { input } of service.calls) {
        expect(unsafeIn(String(input['Message']))).toEqual([]);
        expect(String(input['Subject'])).toMatch(/^[\x20-\x7e]{1,99}$/);
      }
    } finally {
      await service.close();
    }
  });
});

test('of a stack: what AWS answers', { timeout: 60_000 }, async () => {
  for (const words of [
    ['status', '--stack', hostileName],
    ['doctor', '--stack', 'Landfall'],
    ['cancel', '1', '--stack', 'Landfall'],
  ]) {
    const told = await typed(words);
    expect(told.code).toBe(1);
    expectSafe(told, words);
  }
});

test('the log of the functions has none of it raw', () => {
  const log = readFileSync(join(home, 'functions.log'), 'utf8');
  expect(log).toContain('state done');
  expect(unsafeIn(log)).toEqual([]);
});

describe('a command that is printed', () => {
  test('means to a shell the name that it was made of', () => {
    for (const name of [...Object.values(hostileParts), hostileName, hostileIdentifier]) {
      const { stdout } = spawnSync('bash', ['-c', `printf %s ${shellWord(name)}`], { cwd: folder, encoding: 'utf8' });
      expect(stdout).toBe(name);
    }
    expect(existsSync(join(folder, 'pwned'))).toBe(false);
  });

  test('means to PostgreSQL the name that it was made of', async () => {
    for (const name of [...Object.values(hostileParts), hostileName]) {
      // names there have 63 bytes
      for (const part of name.match(/[^]{1,15}/gu) ?? []) {
        const [found] = await database.rows<{ name: string }>(
          trustedSql(`select key as name from pg_catalog.json_object_keys(
          (select pg_catalog.row_to_json(t) from (select 1 as ${sqlIdent(part)}) as t)) as key`),
        );
        expect(found?.name).toBe(part);
      }
    }
  });
});

interface Told {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The real command in this process, over the real writer, whose bytes are caught. */
async function typed(
  words: readonly string[],
  { columns = null as number | null, until = null as RegExp | null } = {},
): Promise<Told> {
  const told = { out: '', err: '' };
  const ending = new AbortController();
  const caught = (name: 'out' | 'err') => (chunk: unknown) => {
    told[name] += String(chunk);
    if (until?.test(told.out) === true) ending.abort();
    return true;
  };
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(caught('out')),
    vi.spyOn(process.stderr, 'write').mockImplementation(caught('err')),
  ];
  const context: World = {
    home,
    typedIn: folder,
    project: sampleProject(folder),
    env: { ...process.env, DATABASE_URL: database.url },
    out: terminal.out,
    err: terminal.err,
    redraw: terminal.redraw,
    terminalColumns: () => columns,
    signal: ending.signal,
  };
  try {
    return { code: await runCommand(words, context), ...told };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** Redrawing is the writer's own: the sequences around a line, and nothing else. */
function expectSafe({ out, err }: Told, words: readonly string[]): void {
  const lines = err.replaceAll(/\r([^\r\u001b]*)\u001b\[K/g, '$1\n');
  expect({ words, out: unsafeIn(out), err: unsafeIn(lines) }).toEqual({ words, out: [], err: [] });
}

function write(name: string, content: string): void {
  writeFileSync(join(folder, name), content);
}

function quoted(cell: string): string {
  return `"${cell.replaceAll('"', '""')}"`;
}

/** As if everything that can be in the ledger had come from somebody who lies. */
async function fillLedger(): Promise<void> {
  const [h, at] = [hostileName, 'clock_timestamp()'];
  const request = { bucket: 'landing', key: `k${h}`, versionId: null, dataset: `d${h}`, dryRun: false, force: false };
  const overtook = [{ loadId: 1, bucket: 'landing', key: h, lastModified: h }];
  const sequences = [
    { column: h, sequence: h, movedTo: '1', statement: null },
    { column: h, sequence: h, movedTo: null, statement: `select setval('${h.replaceAll("'", "''")}', 1)` },
  ];
  const outcomes = ['FAILED', 'REJECTED', 'LOADED', 'DRY_RUN', 'SUPERSEDED', null];
  await withClient({ connectionString: database.url, applicationName: 'test' }, async (db) => {
    for (const [i, outcome] of outcomes.entries()) {
      await execute(
        db,
        sql`insert into landfall.loads (dataset, target, bucket, key, version_id, generation, size, request, outcome, code, message,
              execution, attempt, records, rejected, rejects_by_code, overtook, sequences, ended_at, report_path, rejects_path)
            values (${`d${h}`}, ${h}, 'landing', ${`k${h}`}, ${String(i)}, 0, 10, ${JSON.stringify(request)}, ${outcome}, ${h}, ${`m\n${h}`},
              ${`e${h}${i}`}, 1, 3, 1, ${JSON.stringify([{ code: h, column: h, rejects: 1 }])}, ${JSON.stringify(overtook)},
              ${JSON.stringify(sequences)}, ${outcome === null ? null : new Date()}, ${h}, ${h})`,
      );
    }
    loads = (await many<{ load_id: number }>(db, sql`select load_id from landfall.loads order by load_id`)).map(
      (row) => row.load_id,
    );
    for (const loadId of loads) {
      const reasons = JSON.stringify([{ code: h, column: h, value: h, message: h }]);
      await execute(
        db,
        sql`insert into landfall.operations (verb, load_id, target, input, by, why, answer)
            values ('retry', ${loadId}, ${h}, ${JSON.stringify({ loadId })}, ${h}, ${h}, ${JSON.stringify({ refused: h })})`,
      );
      await execute(
        db,
        sql`insert into landfall.rejects (load_id, record_no, line, kind, raw, reasons, byte_offset, byte_length)
            values (${loadId}, 1, 2, 'reject', ${Buffer.from(h)}, ${reasons}, 0, 1)`,
      );
    }
    const owner = JSON.stringify({ pid: 1, startedAt: h, host: h });
    await execute(
      db,
      sql`insert into landfall.leases (target, load_id, attempt, execution, token, owner, expires_at)
          values (${h}, ${loads.at(-1)}, 1, ${h}, 'x', ${owner}, ${trustedSql(at)} + interval '1 h')`,
    );
    await execute(db, sql`insert into landfall.waiters (load_id, execution, target) values (${loads[0]}, ${h}, ${h})`);
  });
}
