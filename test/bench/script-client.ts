import { createReadStream } from 'node:fs';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import copyStreams from 'pg-copy-streams';
import { createGunzip } from 'node:zlib';
import { csvOptions, type ScriptStep } from './peers.ts';

// What psql does with a script: one connection, statement by statement, a file fed into a COPY as it is.
// In: { steps, url, file } on stdin. Out: { milliseconds } from connecting to the last statement's end.
const { steps, url, file } = JSON.parse(await text(process.stdin)) as {
  steps: readonly ScriptStep[];
  url: string;
  file: string;
};
const startedAt = performance.now();
const client = new pg.Client({ connectionString: url });
await client.connect();
try {
  for (const step of steps) {
    if ('sql' in step) await client.query(step.sql);
    else {
      const copy = client.query(
        copyStreams.from(`copy ${step.copyInto} from stdin with (${step.options ?? csvOptions})`),
      );
      const bytes = createReadStream(file, { highWaterMark: 2 ** 20 });
      await (file.endsWith('.gz') ? pipeline(bytes, createGunzip(), copy) : pipeline(bytes, copy));
    }
  }
} finally {
  await client.end();
}
process.stdout.write(JSON.stringify({ milliseconds: Math.round(performance.now() - startedAt) }));
