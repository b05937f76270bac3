import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { one, withClient } from '../../functions/db/client.ts';
import { withProof } from '../../cli/typed/database-url.ts';
import { userOf } from '../../localstack/embedded/server/processes.ts';
import { findServer, startServer, stopServer } from '../../localstack/embedded/server/server.ts';
import { standIn, type } from '../unit/cli/terminal.ts';

const password = 'CanaryOfTheSuperuser';
const isRoot = process.getuid?.() === 0;
const other = { uid: 65_534, gid: 65_534 };

/** What a server says: a letter, the length, the code of an authentication request, and what belongs to it. */
function request(code: number, rest: Buffer | string = ''): Buffer {
  const body = Buffer.concat([Buffer.alloc(4), Buffer.from(rest)]);
  body.writeInt32BE(code);
  return message('R', body);
}

function message(letter: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5, letter, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

const clear = request(3);
const hashed = request(5, 'salt');
const scram = request(10, 'SCRAM-SHA-256\0\0');
const letIn = Buffer.concat([request(0), message('Z', Buffer.from('I'))]);
/** Answers the client's nonce as it should, with a salt of its own. */
const challenge = (said: Buffer): Buffer => {
  const nonce = /r=([^,\0]+)/.exec(said.toString('latin1'))?.[1] ?? '';
  return request(11, `r=${nonce}more,s=c2FsdHNhbHQ=,i=4096`);
};
const forged = request(12, `v=${Buffer.alloc(32, 1).toString('base64')}`);

const servers: Server[] = [];
const processes: ChildProcess[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  for (const process of processes.splice(0)) process.kill('SIGKILL');
});

/** Somebody on that port who says one thing after another, each after something was heard; tells what was heard. */
async function impostor(
  says: readonly (Buffer | ((said: Buffer) => Buffer))[],
  port = 0,
): Promise<{ port: number; heard(): string }> {
  const heard: Buffer[] = [];
  const server = createServer((socket: Socket) => {
    let next = 0;
    socket.on('error', () => undefined);
    socket.on('data', (said) => {
      heard.push(said);
      const answer = says[next];
      next += 1;
      if (answer !== undefined) socket.write(typeof answer === 'function' ? answer(said) : answer);
    });
  }).listen(port, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, heard: () => Buffer.concat(heard).toString('latin1') };
}

const connect = (url: string): Promise<unknown> =>
  withClient({ connectionString: url, applicationName: 'landfall:test' }, (db) => one(db, sql`select 1 as one`));

describe('somebody who has the port of the embedded server is told nothing', () => {
  test.each([
    ['asks for the password in clear', [clear, letIn], /asked for the password in clear/],
    ['asks for its hash', [hashed, letIn], /asked for the password in clear, or for a hash/],
    ['lets everybody in, to be told rows', [letIn], /did not prove that it knows the password/],
    ['begins well, then asks in clear', [scram, clear, letIn], /asked for the password in clear/],
    ['stops in the middle and lets in', [scram, challenge, letIn], /did not prove/],
    ['proves it wrongly and lets in', [scram, challenge, Buffer.concat([forged, letIn])], /signature does not match/],
  ])('who %s', async (_what, says, refusal) => {
    const { port, heard } = await impostor(says);
    const url = withProof(`postgres://postgres:${password}@127.0.0.1:${port}/landfall`);
    await expect(connect(url)).rejects.toThrow(refusal);
    expect(heard()).toContain('landfall:test');
    expect(heard()).not.toContain(password);
    expect(heard()).not.toContain('md5');
    expect(heard()).not.toContain('select');
  });

  test('a command says so, and that nothing was sent', async () => {
    const { port, heard } = await impostor([clear]);
    const world = standIn();
    const url = withProof(`postgres://postgres:${password}@127.0.0.1:${port}/landfall`);
    const { code, err } = await type(['status', '--database-url', url], world);
    expect(code).not.toBe(0);
    expect(err).toMatch(/is not known to be the server .* The password was not sent\./);
    expect(heard() + err).not.toContain(password);
  });
});

describe('a server that is gone', () => {
  let parent: string;
  let home: string;

  beforeAll(async () => {
    parent = await mkdtemp(join(tmpdir(), 'landfall-impostor-'));
    await chmod(parent, 0o755);
    home = join(parent, '.landfall');
  });

  afterAll(async () => {
    const { dataDirectory } = await startServer({ home });
    await stopServer({ home });
    await rm(dirname(dataDirectory), { recursive: true, force: true });
    await rm(parent, { recursive: true, force: true });
  });

  test('the real one proves itself', async () => {
    const { url } = await startServer({ home });
    expect(await connect(withProof(url))).toEqual({ one: 1 });
  });

  test.runIf(isRoot)(
    'another user took its pid, arguments and port (skipped without root, who alone can play both)',
    async () => {
      const { dataDirectory, port, url } = await startServer({ home });
      await stopServer({ home });
      const look = ['-c', 'sleep 60; :', 'postgres', '-D', dataDirectory];
      const theirs = spawn('/bin/sh', look, { ...other, cwd: '/', stdio: 'ignore' });
      processes.push(theirs);
      const { heard } = await impostor([clear, letIn], port);
      const lines = [theirs.pid, dataDirectory, 1, port, '', '127.0.0.1', ' 1 1', 'ready   ', ''];
      await writeFile(join(dataDirectory, 'postmaster.pid'), lines.join('\n'));

      expect(await findServer({ home })).toBeNull();
      const after = await startServer({ home });
      expect(after).toMatchObject({ started: true });
      expect(after.port).not.toBe(port);
      expect(await connect(withProof(after.url))).toEqual({ one: 1 });
      expect(heard()).not.toContain(new URL(url).password);
      // nobody ended what only looked like the server
      expect(theirs.exitCode).toBeNull();
    },
  );

  test('whose a process is, is asked of the system', async () => {
    expect(await userOf(process.pid)).toBe(process.getuid?.());
    expect(await userOf(2 ** 22 + 1)).toBeNull();
    if (!isRoot) return;
    const theirs = spawn('/bin/sleep', ['60'], { ...other, stdio: 'ignore' });
    processes.push(theirs);
    expect(await userOf(theirs.pid ?? 0)).toBe(other.uid);
  });
});
