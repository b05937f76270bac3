import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadReportSchema, type LoadReport } from '../../functions/protocol/outcomes.ts';
import { sql } from '../../functions/core/sql.ts';
import { readLoadReport } from '../../functions/ledger/loads/summary.ts';
import { objectCreated } from '../support/object-created.ts';
import { type Invocation, type Pipeline, testPipeline } from '../support/pipeline.ts';
import { landing, type S3Buckets, startBuckets, versioned } from '../support/s3-bucket.ts';

// The whole state machine over the real handlers, files and reports in S3. One S3 for all tests: a process keeps its
// client, as a Lambda does.

const head = 'zip_code,city,state\n';
const two = `${head}00501,Holtsville,NY\n90210,Beverly Hills,CA\n`;

let s3: S3Buckets;
let pipeline: Pipeline;
beforeAll(async () => {
  s3 = await startBuckets();
});
afterAll(() => s3.close());
beforeEach(async () => {
  pipeline = await testPipeline(
    'create table public.zipcodes (zip_code text primary key, city text not null, state char(2))',
    // one lane, so that batches are merged one after the other
    { environment: { ...s3.environment, LANDFALL_MERGE_LANES: '1' } },
  );
});
afterEach(async () => {
  s3.answer = null;
  await pipeline.end();
});

describe('an upload, told by its event', () => {
  it('lands, and its report and rejects lie in the reports bucket', async () => {
    const object = await s3.upload('zipcodes/2024.csv', `${two}12345,,NY\n`);
    const report = await loaded(objectCreated(object, '0055AED6DCD90281E5'));
    expect(report).toMatchObject({
      outcome: 'LOADED',
      dataset: 'zipcodes',
      object: { bucket: landing, key: 'zipcodes/2024.csv', etag: object.etag, size: object.size },
      counts: { records: 3, inserted: 2, rejected: 1 },
      reportPath: `s3://reports-bucket/all/zipcodes/${report.loadId}/report.json`,
      rejectsPath: `s3://reports-bucket/all/zipcodes/${report.loadId}/rejects.csv`,
    });
    expect(await cities()).toEqual(['Holtsville', 'Beverly Hills']);
    const written: unknown = JSON.parse(await s3.read(report.reportPath ?? ''));
    expect(written).toEqual({ ...report, madeBy: expect.any(Object), mends: expect.any(Array) });
    expect(await s3.read(report.rejectsPath ?? '')).toMatch(
      /^landfall\.load,landfall\.line,landfall\.record,.*\r\n\d+,4,3,NOT_NULL,.*,12345,,NY,\r\n$/,
    );
  });

  it.each([
    'with space.csv',
    'a+b.csv',
    'a%2Bb%20c.csv',
    'ünïcödé-日本語-🙂.csv',
    `quo"te'd.csv`,
    'new\nline.csv',
    'deep/er/x.csv',
    '..csv/../x.csv',
  ])('has a key that is taken as it is: %j', async (name) => {
    const object = await s3.upload(`zipcodes/${name}`, two);
    const { outcome, object: found } = await loaded(objectCreated(object, '01'));
    expect({ outcome, key: found.key }).toEqual({ outcome: 'LOADED', key: `zipcodes/${name}` });
    expect(await loaded({ bucket: landing, key: object.key, dataset: 'zipcodes' })).toMatchObject({
      outcome: 'ALREADY_LOADED',
    });
  });

  it('delivered twice, one after the other and at once, has one effect', async () => {
    const object = await s3.upload('zipcodes/twice.csv', two);
    const event = objectCreated(object, '01');
    const [a, b] = await Promise.all([loaded(event), loaded(event)]);
    const c = await loaded(event);
    expect([a.outcome, b.outcome].toSorted()).toEqual(['ALREADY_LOADED', 'LOADED']);
    expect(c).toMatchObject({ outcome: 'ALREADY_LOADED', loadId: a.loadId, counts: { inserted: 2 } });
    expect(b.loadId).toBe(a.loadId);
  });

  it.each([
    ['zipcodes/', 'FOLDER_MARKER'],
    ['zipcodes/a.csv.tmp', 'UNFINISHED_NAME'],
    ['zipcodes/a.csv.part', 'UNFINISHED_NAME'],
    ['zipcodes/.hidden.csv', 'UNFINISHED_NAME'],
    ['nobody/a.csv', 'NO_DATASET'],
  ])('of %s is IGNORED (%s), without a request to S3', async (key, code) => {
    const event = objectCreated({ bucket: landing, key, etag: 'e', size: 0, versionId: null }, '01');
    s3.asked.length = 0;
    expect(await ended(event)).toMatchObject({ outcome: 'IGNORED', loadId: null, code });
    expect(s3.asked).toEqual([]);
  });

  it('of another kind (deleted, restored) is no upload and starts no load', async () => {
    const object = await s3.upload('zipcodes/deleted.csv', two);
    const result = await pipeline.execute({ ...objectCreated(object, '01'), 'detail-type': 'Object Deleted' });
    expect(result).toMatchObject({ status: 'FAILED', cause: expect.stringContaining('Object Created') });
    expect(await pipeline.rows(sql`select load_id from landfall.loads`)).toEqual([]);
  });
});

describe('versions of one key', () => {
  it('load in the order that S3 gives them, whatever the order of the events', async () => {
    const first = await s3.upload('zipcodes/a.csv', `${head}1,first,NY\n`, versioned);
    const second = await s3.upload('zipcodes/a.csv', `${head}1,second,NY\n`, versioned);
    const newer = objectCreated(second, '0055AED6DCD9028');
    const older = objectCreated(first, '0055AED6DCD90');
    expect(await loaded(newer)).toMatchObject({ outcome: 'LOADED', object: { versionId: second.versionId } });
    expect(await loaded(older)).toMatchObject({ outcome: 'SUPERSEDED', object: { versionId: first.versionId } });
    expect(await cities()).toEqual(['second']);
  });

  it('are read as the event names them, though a newer one lies there by now', async () => {
    const first = await s3.upload('zipcodes/b.csv', `${head}1,first,NY\n`, versioned);
    const second = await s3.upload('zipcodes/b.csv', `${head}1,second,NY\n2,new,NY\n`, versioned);
    expect(await loaded(objectCreated(first, '01'))).toMatchObject({ counts: { inserted: 1 } });
    expect(await loaded(objectCreated(second, '02'))).toMatchObject({ counts: { inserted: 1, updated: 1 } });
  });

  it('a load of the key alone is pinned to the version of that moment', async () => {
    const first = await s3.upload('zipcodes/c.csv', `${head}1,first,NY\n`, versioned);
    onState('PlanSlices', () => s3.upload('zipcodes/c.csv', `${head}1,second,NY\n`, versioned));
    const report = await loaded({ bucket: versioned, key: 'zipcodes/c.csv', dataset: 'zipcodes' });
    expect(report).toMatchObject({ outcome: 'LOADED', object: { versionId: first.versionId } });
    expect(await cities()).toEqual(['first']);
    expect(await loaded(objectCreated(first, '01'))).toMatchObject({ outcome: 'ALREADY_LOADED' });
  });

  it('a failed load of an older one ends SUPERSEDED when it is tried again after the newer one', async () => {
    const first = await s3.upload('zipcodes/d.csv', `${head}1,first,NY\n`, versioned);
    const second = await s3.upload('zipcodes/d.csv', `${head}1,second,NY\n`, versioned);
    onState('Compose', () => Promise.reject(new Error('a bug')));
    const failed = await pipeline.execute(objectCreated(first, '01'));
    expect(failed.status).toBe('FAILED');
    await pipeline.run(`update landfall.loads set outcome = 'FAILED', code = 'Error', message = 'a bug'`);
    await pipeline.run('delete from landfall.leases');
    pipeline.before = null;
    expect(await loaded(objectCreated(second, '02'))).toMatchObject({ outcome: 'LOADED' });
    expect(await loaded(objectCreated(first, '01'))).toMatchObject({ outcome: 'SUPERSEDED', code: 'SUPERSEDED' });
    expect(await cities()).toEqual(['second']);
  });
});

describe('uploads to a bucket without versions', () => {
  it('an event whose upload was replaced loads nothing in its name; the event of what lies there does', async () => {
    const first = await s3.upload('zipcodes/e.csv', `${head}1,first,NY\n`);
    const second = await s3.upload('zipcodes/e.csv', `${head}1,second,NY\n`);
    const refused = await loaded(objectCreated(first, '01'));
    expect(refused).toMatchObject({ outcome: 'REJECTED', code: 'OBJECT_CHANGED', object: { key: first.key } });
    expect(refused.object.versionId).toContain(first.etag);
    const report = await loaded(objectCreated(second, '02'));
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { inserted: 1 } });
    expect(await loaded(objectCreated(first, '01'))).toMatchObject({ outcome: 'REJECTED', code: 'OBJECT_CHANGED' });
    expect(await cities()).toEqual(['second']);
    const [row] = await pipeline.rows<{ sequencer: string }>(
      sql`select sequencer from landfall.loads where (load_id = ${report.loadId})`,
    );
    expect(row?.sequencer).toBe('02');
  });

  it('the same content again after another one is a new load, and only then', async () => {
    const a = `${head}1,first,NY\n`;
    const first = await s3.upload('zipcodes/f.csv', a);
    const one = await loaded(objectCreated(first, '01'));
    await loaded(objectCreated(await s3.upload('zipcodes/f.csv', `${head}1,second,NY\n`), '02'));
    await s3.upload('zipcodes/f.csv', a);
    expect(await loaded(objectCreated(first, '01'))).toMatchObject({ outcome: 'ALREADY_LOADED', loadId: one.loadId });
    const three = await loaded(objectCreated(first, '03'));
    expect(three).toMatchObject({ outcome: 'LOADED', counts: { updated: 1 } });
    expect(await loaded(objectCreated(first, '03'))).toMatchObject({ outcome: 'ALREADY_LOADED', loadId: three.loadId });
    expect(await cities()).toEqual(['first']);
  });
});

it('a failed load whose content is uploaded again after another one goes on as the newest', async () => {
  const first = await s3.upload('zipcodes/g.csv', `${head}1,first,NY\n`);
  onState('Compose', () => Promise.reject(new Error('a bug')));
  expect(await pipeline.execute(objectCreated(first, '01'))).toMatchObject({ status: 'FAILED' });
  await pipeline.run(`update landfall.loads set outcome = 'FAILED', code = 'Error'; delete from landfall.leases`);
  pipeline.before = null;
  await loaded(objectCreated(await s3.upload('zipcodes/g.csv', `${head}1,second,NY\n`), '02'));
  await s3.upload('zipcodes/g.csv', `${head}1,first,NY\n`);
  const again = await loaded(objectCreated(first, '03'));
  expect(again).toMatchObject({ outcome: 'LOADED', counts: { updated: 1 } });
  expect(again.overtook).toBeUndefined();
  expect(await cities()).toEqual(['first']);
});

describe('an object that cannot be loaded is REJECTED with a report, and the target is untouched', () => {
  const key = 'zipcodes/z.csv';
  const request = { bucket: landing, key, dataset: 'zipcodes' };
  const refused = async (code: string): Promise<LoadReport> => {
    const report = await loaded(request);
    expect(report).toMatchObject({ outcome: 'REJECTED', code, counts: { records: 0, inserted: 0 } });
    expect(report.message).toContain(`s3://${landing}/${key}`);
    // what only the written report says, beside the command's answer
    const written: unknown = JSON.parse(await s3.read(report.reportPath ?? ''));
    expect(written).toEqual({ ...report, madeBy: expect.any(Object) });
    expect(await cities()).toEqual([]);
    return report;
  };

  it('empty', async () => {
    await s3.upload(key, '');
    expect((await refused('HEADER_EMPTY')).object.size).toBe(0);
  });

  it('missing, and loaded once it is there', async () => {
    await s3.remove(await s3.upload(key, two));
    await refused('OBJECT_GONE');
    await s3.upload(key, two);
    expect(await loaded(request)).toMatchObject({ outcome: 'LOADED', counts: { inserted: 2 } });
  });

  it('denied, and loaded once it is allowed', async () => {
    await s3.upload(key, two);
    // the report is written by another role
    s3.answer = (asked) => (asked.bucket === landing ? { status: 403, code: 'AccessDenied' } : null);
    expect((await refused('OBJECT_DENIED')).message).toContain('s3:ListBucket');
    s3.answer = null;
    expect(await loaded(request)).toMatchObject({ outcome: 'LOADED' });
  });

  it('refused by its KMS key, which only a GET shows', async () => {
    await s3.upload(key, two);
    s3.answer = ({ method, bucket, key: asked }) =>
      method === 'GET' && bucket === landing && asked === key
        ? { status: 403, code: 'AccessDenied', message: 'not authorized to perform: kms:Decrypt' }
        : null;
    expect((await refused('OBJECT_DENIED')).message).toContain('Allow kms:Decrypt on that key');
  });

  it('archived', async () => {
    await s3.upload(key, two);
    s3.answer = ({ bucket }) => (bucket === landing ? { headers: { 'x-amz-storage-class': 'DEEP_ARCHIVE' } } : null);
    expect((await refused('OBJECT_ARCHIVED')).message).toContain('restore it');
  });
});

describe('an object that changes under its load', () => {
  const key = 'zipcodes/moving.csv';
  const rows = Array.from({ length: 3_000 }, (_, i) => `${i},city ${i},NY`).join('\n');
  const many = `${head}${rows}\n`;
  const request = { bucket: landing, key, dataset: 'zipcodes', sliceBytes: 10_000 };
  const untouched = { outcome: 'REJECTED', inserted: 0, cities: [], leftovers: [] };
  const endOf = async (): Promise<object> => {
    const { outcome, code, counts } = await loaded(request);
    return { outcome, code, inserted: counts.inserted, cities: await cities(), leftovers: await leftovers() };
  };

  it('replaced after it was planned: nothing of a mixed file is loaded', async () => {
    await s3.upload(key, many);
    onState('StageSlice', () => s3.upload(key, many.replaceAll('city ', 'town ')));
    expect(await endOf()).toEqual({ ...untouched, code: 'OBJECT_CHANGED' });
    pipeline.before = null;
    expect(await loaded(request)).toMatchObject({ outcome: 'LOADED', counts: { inserted: 3_000 } });
  });

  it('replaced while it is unpacked by the only worker: nothing of a mixed file is loaded', async () => {
    const zipped = 'zipcodes/moving.csv.gz';
    const packed = { ...request, key: zipped };
    await s3.upload(zipped, gzipSync(many));
    onState('StageSlice', () => s3.upload(zipped, gzipSync(many.replaceAll('city ', 'town '))));
    const { outcome, code, counts } = await loaded(packed);
    expect({ outcome, code, inserted: counts.inserted, cities: await cities(), leftovers: await leftovers() }).toEqual({
      ...untouched,
      code: 'OBJECT_CHANGED',
    });
    pipeline.before = null;
    expect(await loaded(packed)).toMatchObject({ outcome: 'LOADED', counts: { inserted: 3_000 }, slices: 6 });
  });

  it('deleted after it was planned', async () => {
    const object = await s3.upload(key, many);
    onState('StageSlice', () => s3.remove(object));
    expect(await endOf()).toEqual({ ...untouched, code: 'OBJECT_GONE' });
  });

  it('deleted after it was staged: the load finishes, for staging holds all of it', async () => {
    const object = await s3.upload(key, `${many}x,"a ""raw"" one",NY\nshort\n`);
    onState('Compose', () => s3.remove(object));
    expect(await loaded(request)).toMatchObject({
      outcome: 'LOADED',
      counts: { records: 3_002, inserted: 3_001, rejected: 1 },
    });
  });

  it('deleted after it was staged, with rejects whose lines must be read again: refused, the target untouched', async () => {
    const object = await s3.upload(key, `${many}x,,NY\n`);
    onState('Compose', () => s3.remove(object));
    expect(await endOf()).toEqual({ ...untouched, code: 'OBJECT_GONE' });
  });

  it('deleted after it failed and was staged: trying again finishes it all the same', async () => {
    const object = await s3.upload('zipcodes/again.csv', many, versioned);
    const event = objectCreated(object, '01');
    onState('Transform', () => Promise.reject(new Error('a bug')));
    expect((await pipeline.execute(event)).status).toBe('FAILED');
    await pipeline.run(`update landfall.loads set outcome = 'FAILED', code = 'Error'`);
    await pipeline.run('delete from landfall.leases');
    pipeline.before = null;
    await s3.remove(object);
    expect(await loaded(event)).toMatchObject({ outcome: 'LOADED', counts: { inserted: 3_000 } });
  });

  it('a second event of an object that is denied by now leaves the running load alone', async () => {
    const object = await s3.upload('zipcodes/denied.csv', many, versioned);
    const event = objectCreated(object, '01');
    let second: Promise<unknown> = Promise.resolve();
    onState('Transform', async () => {
      pipeline.before = null;
      s3.answer = ({ bucket }) => (bucket === versioned ? { status: 403, code: 'AccessDenied' } : null);
      second = loaded(event);
      // until it waits for the lease, or has done its harm
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      s3.answer = null;
    });
    expect(await loaded(event)).toMatchObject({ outcome: 'LOADED', counts: { inserted: 3_000 } });
    expect(await second).toMatchObject({ outcome: 'ALREADY_LOADED' });
  });

  it('deleted while batches are merged, when it is needed once more: FAILED, naming what is merged', async () => {
    const object = await s3.upload(key, many);
    await pipeline.run(`
      create function public.refuse() returns trigger language plpgsql as
        $$ begin if new.zip_code = '2999' then raise 'not this one'; end if; return new; end $$;
      create trigger refuse before insert on public.zipcodes for each row execute function public.refuse()`);
    onState('MergeLane', () => s3.remove(object));
    const result = await pipeline.execute(request);
    expect(result).toMatchObject({ status: 'FAILED', error: 'LoadRejected' });
    const report = await newestReport();
    const merged = (await cities()).length;
    expect(merged).toBeGreaterThan(0);
    expect(report).toMatchObject({ outcome: 'FAILED', code: 'OBJECT_GONE', counts: { inserted: merged } });
    expect(report.message).toMatch(
      new RegExp(
        `does not exist.* Of load ${report.loadId} \\d+ of \\d+ batches are merged and stay: ${merged} rows inserted, 0 updated$`,
      ),
    );
    expect(await leftovers()).toEqual([]);
  });
});

async function ended(input: object): Promise<{ loadId: number | null; outcome: LoadReport['outcome'] }> {
  const result = await pipeline.execute(input);
  if (result.status !== 'SUCCEEDED') throw new Error(`the execution ended ${JSON.stringify(result)}`);
  return result.output as { loadId: number | null; outcome: LoadReport['outcome'] };
}

/** Runs an execution to its end; answers its load's report as `landfall load` would. */
async function loaded(input: object): Promise<LoadReport> {
  const { loadId, outcome } = await ended(input);
  if (loadId === null) throw new Error(`the execution ended ${outcome}, without a load`);
  const report = await pipeline.connect((db) => readLoadReport(db, loadId));
  return loadReportSchema.parse({ ...report, outcome });
}

async function newestReport(): Promise<LoadReport> {
  const [row] = await pipeline.rows<{ load_id: number }>(sql`select max(load_id) as load_id from landfall.loads`);
  return await pipeline.connect((db) => readLoadReport(db, row?.load_id ?? 0));
}

/** Does this once, before the first invocation of the state. */
function onState(state: string, act: () => Promise<unknown>): void {
  let done = false;
  pipeline.before = async ({ event }: Invocation) => {
    if (event['state'] !== state || done) return;
    done = true;
    await act();
  };
}

async function cities(): Promise<string[]> {
  const rows = await pipeline.rows<{ city: string }>(sql`select city from public.zipcodes order by zip_code`);
  return rows.map(({ city }) => city);
}

/** Staging tables and leases that no load uses any more. */
async function leftovers(): Promise<unknown[]> {
  return await pipeline.rows(sql`
    select relname from pg_class join pg_namespace n on n.oid = relnamespace
    where (nspname = 'landfall_staging') and (relkind = 'r') and (relname <> 'epochs')
    union all
    select target from landfall.leases`);
}
