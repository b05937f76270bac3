import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import { sql } from '../../functions/core/sql.ts';
import { loginUrl } from '../support/database-url.ts';
import type { Check } from '../../functions/operate/checks/checks.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';
import { standIn, type } from '../unit/cli/terminal.ts';
import { codeBlocks } from '../unit/docs/documents.ts';

/** `noted()` writes who called it: in a domain, a CHECK, an index, a cast and a trigger of the target. */
const ddl = `
  create schema app;
  create table app.seen (what text, who text default session_user);
  create sequence app.calls;
  create function app.noted(what text) returns boolean language plpgsql as $$
    begin insert into app.seen (what) values (what); return true; end $$;
  create function app.drawn() returns boolean language plpgsql as $$ begin perform nextval('app.calls'); return true; end $$;
  create function app.hidden(v text) returns boolean language plpgsql immutable as $$
    begin return app.noted('called by an immutable function'); end $$;
  create function app.folded(v text) returns text language plpgsql immutable as $$
    begin perform app.noted('an index'); return lower(v); end $$;
  create function app.quiet(v text) returns boolean language plpgsql stable as $$
    begin return not exists (select from app.seen where (what = v)); end $$;
  create function app.wrapped(v text) returns boolean language plpgsql as $$
    begin
      begin insert into app.seen (what) values ('with an exception block'); exception when others then null; end;
      return true;
    end $$;
  create function app.freed(v text) returns boolean language plpgsql as $$
    begin perform set_config('transaction_read_only', 'off', true); return app.noted('freed'); end $$;
  create function app.trigger() returns trigger language plpgsql as $$
    begin perform app.noted('a trigger'); return new; end $$;
  create domain app.writing as text check (app.noted('a domain'));
  create domain app.drawing as text check (app.drawn());
  create domain app.hiding as text check (app.hidden(value));
  create domain app.reading as text check (app.quiet(value));
  create domain app.wrapping as text check (app.wrapped(value));
  create domain app.freeing as text check (app.freed(value));
  create type app.inner as (v app.writing)`;

let pipeline: Pipeline;
let tables = 0;
beforeAll(async () => {
  pipeline = await testPipeline(ddl);
});
afterAll(() => pipeline.end());

/** A table with a key, a row, and this beside them; answers its name. */
async function table(columns: string, more = ''): Promise<string> {
  const name = `app.t${(tables += 1)}`;
  await pipeline.run(`
    create table ${name} (id integer primary key, n integer, ${columns});
    insert into ${name} (id, n) values (1, 1);
    ${more.replaceAll('TABLE', name)};
    truncate app.seen; alter sequence app.calls restart`);
  return name;
}

async function dryRun(into: string, lines = ['1,2,a', '2,3,b', '2,4,b', 'x,5,c']): Promise<LoadReport> {
  const path = await pipeline.file(`${into}.csv`, ['id,n,v', ...lines].join('\n'));
  return await pipeline.load(path, { into, businessKey: ['id'], dryRun: true, sliceBytes: 1_000 });
}

const left = async (): Promise<readonly object[]> =>
  await pipeline.rows(sql`
    select what from app.seen union all select 'a sequence' from app.calls where is_called`);

describe('a dry run', () => {
  it.each([
    ['a domain', 'v app.writing', ''],
    ['a domain that draws from a sequence', 'v app.drawing', ''],
    ['a function that is declared immutable', 'v app.hiding', ''],
    ['a function that would turn the shelter off', 'v app.freeing', ''],
    ['a domain inside an array', 'v app.writing[]', ''],
    ['a domain inside a composite type', 'v app.inner', ''],
    ['a CHECK', `v text check (app.noted('a check of ' || v))`, ''],
    ['a unique index', 'v text', 'create unique index on TABLE (app.folded(v))'],
  ])('is refused where %s writes, and leaves nothing of it behind', async (_, columns, more) => {
    const into = await table(columns, more);
    const cells = columns.includes('[]') ? ['2,3,{b}'] : columns.includes('inner') ? ['2,3,(b)'] : undefined;
    const report = await dryRun(into, cells);
    expect(await left()).toEqual([]);
    expect(report).toMatchObject({ outcome: 'REJECTED', code: 'TARGET_CODE' });
    expect(report.message).toMatch(/wants to write while records are judged.*--dry-run/);
  });

  it('judges as ever by code that reads, and by code that keeps its failed writing to itself', async () => {
    const report = await dryRun(await table('v app.reading', 'create unique index on TABLE (upper(v))'));
    expect(report).toMatchObject({ outcome: 'DRY_RUN', counts: { records: 4, rejected: 1, duplicate: 1 } });
    expect(await dryRun(await table('v app.wrapping'))).toMatchObject({ outcome: 'DRY_RUN' });
    expect(await left()).toEqual([]);
  });

  it('finds what raises, in both halves of the staging', async () => {
    const into = await table(`v app.reading check (v <> 'c' and length(v) / (length(v) - 3) < 9)`);
    const report = await dryRun(into, ['1,2,a', '2,3,abc', 'x,4,abc', '3,5,c', '4, 6,xyz']);
    expect(report).toMatchObject({ outcome: 'DRY_RUN', counts: { records: 5, rejected: 4 } });
    const codes = await pipeline.rows(sql`
      select record_no, jsonb_path_query_array(reasons, '$[*].code') as codes from landfall.rejects
      where (load_id = ${report.loadId}) order by record_no`);
    const load = await pipeline.load(
      await pipeline.file('again.csv', 'id,n,v\n1,2,a\n2,3,abc\nx,4,abc\n3,5,c\n4, 6,xyz'),
      {
        into,
        businessKey: ['id'],
        limits: { allowAllRejected: true },
      },
    );
    expect(load.counts).toMatchObject({ records: 5, rejected: 4 });
    expect(
      await pipeline.rows(sql`
        select record_no, jsonb_path_query_array(reasons, '$[*].code') as codes from landfall.rejects
        where (load_id = ${load.loadId}) order by record_no`),
    ).toEqual(codes);
  });

  it('runs no trigger', async () => {
    const more = 'create trigger t before insert or update on TABLE for each row execute function app.trigger()';
    expect(await dryRun(await table('v text', more))).toMatchObject({ outcome: 'DRY_RUN' });
    expect(await left()).toEqual([]);
  });
});

it('a load runs the code of its table’s owner as the role that loads: one zone of trust a role', async () => {
  const into = await table('v app.writing');
  const path = await pipeline.file('load.csv', 'id,n,v\n2,3,b');
  expect(await pipeline.load(path, { into, businessKey: ['id'] })).toMatchObject({ outcome: 'LOADED' });
  expect(await pipeline.rows(sql`select distinct who from app.seen`)).toEqual([
    { who: new URL(pipeline.url).username },
  ]);
});

describe('the doctor', () => {
  const checksFor = async (...targets: readonly string[]): Promise<readonly Check[]> => {
    const { out } = await type(['doctor', '--database-url', pipeline.url, '--json', ...targets], standIn());
    return (JSON.parse(out) as { checks: readonly Check[] }).checks;
  };

  it('names whose code runs for a table, and what it is', async () => {
    const owner = `landfall_zone_${randomBytes(4).toString('hex')}`;
    await pipeline.run(`create role ${owner}`);
    try {
      const into = await table(
        'v app.inner, s text',
        'create trigger t before insert on TABLE for each row execute function app.trigger(); create index on TABLE (app.folded(s))',
      );
      await pipeline.run(`
        alter table ${into} owner to ${owner}; alter domain app.writing owner to ${owner};
        alter function app.trigger() owner to ${owner}; alter function app.folded(text) owner to ${owner};
        alter function app.noted(text) owner to ${owner}; create table app.plain (id integer primary key)`);
      const checks = await checksFor(into, 'app.plain');
      const found = checks.find(({ check }) => check === `code for ${into}`);
      expect(found?.state).toBe('note');
      expect(found?.said).toContain(owner);
      for (const name of [
        'app.trigger()',
        'app.folded(text)',
        'app.noted(text)',
        'domain app.writing',
        `table ${into}`,
      ])
        expect(found?.said).toContain(name);
      expect(checks.map(({ check }) => check)).not.toContain('code for app.plain');
    } finally {
      await pipeline.run(`drop owned by ${owner} cascade; drop role ${owner}`);
    }
  });

  it('warns where the login is a superuser', async () => {
    const checks = await checksFor();
    expect(checks).toContainEqual(
      expect.objectContaining({ check: 'role', state: 'note', said: expect.stringContaining('superuser') }),
    );
  });
});

it('a schema and a loader role a zone: code of one reads no table of the other, by the statements of docs/security.md', async () => {
  const suffix = randomBytes(4).toString('hex');
  const named = (text: string): string => text.replaceAll(/\bloader_([ab])\b/g, `loader_$1_${suffix}`);
  const [statements = ''] = codeBlocks('docs/security.md', 'sql');
  const zone = await testPipeline(
    named(`
      create schema a; create schema b;
      create table b.secret (id integer primary key); insert into b.secret values (7);
      create table a.loot (what text);
      create table a.item (id integer primary key, n integer);
      create function a.spy() returns trigger language plpgsql as $$
        begin
          begin
            insert into a.loot select 'read ' || id from b.secret;
          exception when insufficient_privilege then insert into a.loot values ('denied to ' || current_user);
          end;
          return new;
        end $$;
      create trigger spy before insert on a.item for each row execute function a.spy();
      ${statements}
      alter role loader_a password 'secret'`),
    { url: (database) => loginUrl(database, named('loader_a')) },
  );
  try {
    const path = await zone.file('a.csv', 'id,n\n1,2');
    const report = await zone.load(path, { into: 'a.item', businessKey: ['id'] });
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { inserted: 1 } });
    expect(await zone.rows(sql`select distinct what from a.loot`)).toEqual([{ what: named('denied to loader_a') }]);
    const other = await zone.load(await zone.file('b.csv', 'id\n9'), { into: 'b.secret', businessKey: ['id'] });
    expect(other).toMatchObject({ outcome: 'REJECTED', code: 'NO_PRIVILEGE' });
  } finally {
    await zone.run(named('drop owned by loader_a, loader_b cascade; drop role loader_a, loader_b'));
    await zone.end();
  }
});
