import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadReportSchema } from '../../functions/protocol/outcomes.ts';
import { sql } from '../../functions/core/sql.ts';
import { datasets } from '../support/sample-datasets.ts';
import { storeFor } from '../../functions/objects/store-for.ts';
import { operate } from '../../functions/operate/operate.ts';
import { operateVerbs } from '../../functions/operate/verbs/all.ts';
import { landingBucket } from '../../functions/operate/wiring.ts';
import { objectCreated } from '../support/object-created.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';
import { landing, type S3Buckets, startBuckets } from '../support/s3-bucket.ts';

// A sender chooses the key, and S3 lets nearly everything be one.

const odd = ` +%&?#='"\`;,|\\<>{}[]^~*$!@:()\n\t\r\u001b[31m\u0085\u202e\uFEFFé日🙂%2F%00$(id)`;
const content = 'zip_code,city,state\n00501,Holtsville,NY\n90210,,CA\n';

/** Exactly so many bytes of UTF-8. */
function padded(text: string, bytes: number): string {
  return `${text}${'x'.repeat(bytes - Buffer.byteLength(text) - 4)}.csv`;
}

let s3: S3Buckets;
let pipeline: Pipeline;
beforeAll(async () => {
  s3 = await startBuckets();
});
afterAll(() => s3.close());
beforeEach(async () => {
  pipeline = await testPipeline(
    'create table public.zipcodes (zip_code text primary key, city text not null, state char(2))',
    { environment: s3.environment },
  );
});
afterEach(() => pipeline.end());

async function ask(verb: string, input: object): Promise<{ answer: unknown; shown: string }> {
  const store = await storeFor(landing);
  const answer = await pipeline.connect((db) =>
    operate(
      { verb, input, by: 'ana@laptop', why: null },
      {
        db,
        ledgerOwner: null,
        place: 'test',
        executions: {
          start: async () => 'arn:1',
          stop: async () => undefined,
          lookAt: async () => ({ isRunning: false, endedAt: null }) as const,
        },
        objects: landingBucket(store, landing),
        datasets,
        ownerIsAlive: () => false,
        now: () => new Date(),
        millisecondsLeft: () => Infinity,
        recordBytes: 100_000,
      },
    ),
  );
  const json: unknown = JSON.parse(JSON.stringify(answer));
  const shown = operateVerbs.find(({ name }) => name === verb)?.show(json, { folder: '/', command: (rest) => rest });
  return { answer: json, shown: shown ?? '' };
}

/** Nothing that moves the cursor or turns the text round. */
const hostile = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u;

describe('a key of 1,024 bytes with every odd character', () => {
  const key = padded(`zipcodes/${odd}/`, 1_024);
  // the S3 of these tests writes keys into XML as they are, where CR becomes LF; S3 itself encodes them (s3-list.test.ts)
  const listed = padded(`zipcodes/-${odd.replace('\r', '')}/`, 1_024);

  test('is loaded from its event, reported, listed and shown', async () => {
    const object = await s3.upload(key, content);
    const result = await pipeline.execute(objectCreated(object, '01'));
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'LOADED' } });
    const { loadId, reportPath } = (result as { output: { loadId: number; reportPath: string } }).output;
    const report = loadReportSchema.parse(JSON.parse(await s3.read(reportPath)));
    expect(report).toMatchObject({ object: { bucket: landing, key }, counts: { inserted: 1, rejected: 1 } });
    expect(await s3.read(report.rejectsPath ?? '')).toContain('90210,,CA');
    expect(await pipeline.rows(sql`select key from landfall.loads`)).toEqual([{ key }]);

    for (const [verb, input] of [
      ['status', {}],
      ['list', {}],
      ['explain', { loadId }],
      ['rejects', { loadId }],
    ] as const) {
      const { shown } = await ask(verb, input);
      expect(shown, verb).not.toMatch(hostile);
    }
  });

  test('that no event told of is found by its listing, and one that was loaded is known', async () => {
    const object = await s3.upload(listed, content);
    const { answer, shown } = await ask('backfill', { prefix: 'zipcodes/-', since: '24h' });
    expect(answer).toMatchObject({ started: [{ key: listed, dataset: 'zipcodes' }] });
    expect(shown).not.toMatch(hostile);
    expect(await pipeline.execute(objectCreated(object, '01'))).toMatchObject({ output: { outcome: 'LOADED' } });
    expect((await ask('backfill', { prefix: 'zipcodes/-', since: '24h' })).answer).toMatchObject({ started: [] });
  });
});

test('a path of a machine as long, with the same characters, is loaded and reported', async () => {
  const name = odd.replaceAll('/', '-');
  const path = padded(`${join(pipeline.directory, name, 'y'.repeat(250), 'z'.repeat(250), 'w'.repeat(200))}/`, 1_024);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  const report = await pipeline.load(path, { dataset: 'zipcodes' });
  expect(report).toMatchObject({ outcome: 'LOADED', object: { key: path }, counts: { inserted: 1, rejected: 1 } });
  expect(JSON.parse(await s3.read(report.reportPath ?? ''))).toEqual(report);
  expect((await ask('explain', { loadId: report.loadId })).shown).not.toMatch(hostile);
  expect(await readFile(path, 'utf8')).toBe(content);
});

test.each([
  ['a NUL', 'zipcodes/a\0b.csv', 'NUL character'],
  ['half a character', 'zipcodes/a\ud83d.csv', 'half a character'],
  // random letters: the index cannot pack them
  [
    'more bytes than an index holds',
    `/${Array.from({ length: 4_000 }, (_, i) => String.fromCharCode(0x4e00 + ((i * 7919) % 20_000))).join('')}`,
    'too long for the ledger',
  ],
])('a name with %s is refused in words, and nothing is claimed', async (_, key, words) => {
  for (const bucket of ['file://', landing]) {
    expect(await pipeline.execute({ bucket, key, dataset: 'zipcodes' })).toMatchObject({
      status: 'SUCCEEDED',
      output: { outcome: 'REJECTED', loadId: null, code: 'OBJECT_INVALID', message: expect.stringContaining(words) },
    });
  }
  expect(await pipeline.rows(sql`select load_id from landfall.loads`)).toEqual([]);
});

test('the longest name that is taken goes into the ledger, also where nothing of it can be packed', async () => {
  const letters = Array.from({ length: 849 }, (_, i) => String.fromCharCode(0x4e00 + ((i * 7919) % 20_000))).join('');
  const key = `/${letters}`;
  expect(Buffer.byteLength(key) + 'file://'.length + 'zipcodes'.length).toBeGreaterThan(2_550);
  expect(await pipeline.execute({ bucket: 'file://', key, dataset: 'zipcodes' })).toMatchObject({
    status: 'SUCCEEDED',
    output: { outcome: 'REJECTED', loadId: expect.any(Number) },
  });
});
