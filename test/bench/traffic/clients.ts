import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

// Started as a process of its own, so that nothing else here delays a clock: clients.ts URL ROWS LOG. Ends at SIGTERM.

/** As pgbench -R 150 -c 10: transactions come at random moments, whether or not those before them have ended. */
const perSecond = 150;
const connections = 10;

const [url = '', rowsText = '', log = ''] = process.argv.slice(2);
const rows = Number(rowsText);
const out = createWriteStream(log);
const stopping = new AbortController();
process.on('SIGTERM', () => stopping.abort());
// whoever started it is gone, and the server with him
process.stdin.on('end', () => process.exit(1)).resume();

const free: pg.Client[] = [];
for (let i = 0; i < connections; i += 1) free.push(await connected());
const waiting: number[] = [];
const running = new Set<Promise<void>>();
let due = now();
while (!stopping.signal.aborted) {
  due += (-Math.log(1 - Math.random()) * 1_000) / perSecond;
  const ms = due - now();
  if (ms > 0) await sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined);
  waiting.push(due);
  begin();
}
await Promise.allSettled(running);
await Promise.all(free.map((client) => client.end()));
out.end();
await finished(out);
process.exit(0);

/** Without waiting for the disk, whose own unrest would be all that is seen. */
async function connected(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'bench traffic' });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('set synchronous_commit = off');
  return client;
}

function begin(): void {
  const client = free.pop();
  const at = client === undefined ? undefined : waiting.shift();
  if (client === undefined || at === undefined) {
    if (client !== undefined) free.push(client);
    return;
  }
  const transaction = use(client, at).finally(() => {
    running.delete(transaction);
    free.push(client);
    if (waiting.length > 0) begin();
  });
  running.add(transaction);
}

/** A writer and a reader of two rows; its time counts from when it was due. One line: due ms, taken ms, SQLSTATE or `-`. */
async function use(client: pg.Client, at: number): Promise<void> {
  let failure = '-';
  try {
    await client.query({ name: 'write', text: 'update live set hits = hits + 1 where id = $1', values: [anyId()] });
    await client.query({ name: 'read', text: 'select a, b, c, hits from live where id = $1', values: [anyId()] });
  } catch (error) {
    failure = error instanceof pg.DatabaseError ? (error.code ?? 'ERROR') : 'ERROR';
  }
  out.write(`${at.toFixed(3)} ${(now() - at).toFixed(3)} ${failure}\n`);
}

function anyId(): number {
  return 1 + Math.floor(Math.random() * rows);
}

/** Milliseconds since 1970 with their fractions. */
function now(): number {
  return performance.timeOrigin + performance.now();
}
