import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import { sql } from '../../functions/core/sql.ts';
import { cases, casesTimeout } from '../support/cases.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

const into = { into: 'public.t', businessKey: ['id'] };

describe('a dry run', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline(`
      create table public.t (id integer primary key, a text, b text, n integer);
      insert into public.t values (1, 'one', 'x', 1), (2, 'two', 'y', 2), (3, 'three', null, 3)`);
  });
  afterEach(() => pipeline.end());

  interface Promised {
    readonly dry: LoadReport;
    readonly real: LoadReport;
  }
  let files = 0;
  const both = async (lines: readonly string[], request: Partial<LoadRequest> = {}): Promise<Promised> => {
    const path = await pipeline.file(`${(files += 1)}.csv`, `${['id,a,b,n', ...lines].join('\n')}\n`);
    const dry = await pipeline.load(path, { ...into, ...request, dryRun: true });
    return { dry, real: await pipeline.load(path, { ...into, ...request }) };
  };
  const rejectsOf = ({ loadId }: LoadReport): Promise<{ line: number }[]> =>
    pipeline.rows(sql`
      select line, raw, kind, reasons->0->>'code' as code, substring(reasons->0->>'message' from 'violates.*"') as broken
      from landfall.rejects where (load_id = ${loadId}) order by record_no`);
  const expectKept = async ({ dry, real }: Promised): Promise<void> => {
    expect(dry).toMatchObject({ outcome: 'DRY_RUN', counts: real.counts, rejectsByCode: real.rejectsByCode });
    expect(await rejectsOf(dry)).toEqual(await rejectsOf(real));
  };

  it('finds what another unique index would refuse, keeps it with its bytes, and promises what then arrives', async () => {
    await pipeline.run('create unique index second on public.t (a)');
    const promised = await both(['10,ten,,1', '11,ten,,2', '12,one,,3', '13,new,,4', '1,one,changed,5', '2,three,,6']);
    await expectKept(promised);
    expect(promised.dry).toMatchObject({ counts: { records: 6, rejected: 3, inserted: 2, updated: 1 } });
    const [first, second, third] = await pipeline.rows<{ line: number; raw: Buffer; message: string }>(sql`
      select line, raw, reasons->0->>'message' as message from landfall.rejects
      where (load_id = ${promised.dry.loadId}) order by record_no`);
    expect([first?.line, first?.raw.toString()]).toEqual([3, '11,ten,,2']);
    expect(first?.message).toBe(
      'the target would refuse the row when it is merged: duplicate key value violates unique constraint "second", since record 1 of this file has the same (SQLSTATE 23505, second)',
    );
    expect(second?.message).toContain('since another row of the table has the same');
    expect(third?.raw.toString()).toBe('2,three,,6');
  });

  it.each([
    ['partial', `(a) where (n > 5)`, ['10,p,,9', '11,p,,1', '12,p,,9', '1,p,,6', '2,two,,9', '13,two,,7']],
    ['expression', '(lower(a), n)', ['10,Ten,,1', '11,tEN,,1', '12,TEN,,2', '13,ONE,,1', '14,,,1', '15,,,1']],
    ['nulls not distinct', '(b, n) nulls not distinct', ['10,,,3', '11,,,7', '12,,,7', '13,,,', '14,,,', '1,one,x,']],
    ['pattern', '(a text_pattern_ops)', ['10,q,,1', '11,q,,1', '12,two,,1']],
    ['collation', '(a collate "C", b)', ['10,q,r,1', '11,q,r,1', '12,two,y,1', '13,q,,1', '14,q,,1']],
    ['key that is given up', '(a)', ['1,uno,,1', '2,one,,1', '10,two,,1', '11,uno,,1']],
    ['key that is swapped', '(a)', ['1,two,,1', '2,one,,1', '3,four,,1']],
    ['keys that move up', '(a)', ['1,two,,1', '2,three,,1', '3,four,,1', '10,one,,1', '11,four,,1']],
    ['key of a row that stays', '(a)', ['1,three,,1', '2,one,,1', '3,three,new,9']],
  ])('judges a unique index as the merge does: %s', async (_, columns, lines) => {
    await pipeline.run(`create unique index second on public.t ${columns}`);
    await expectKept(await both(lines));
  });

  it('judges several unique indexes together: who is refused by one takes no key of another', async () => {
    await pipeline.run('create unique index on public.t (a); create unique index on public.t (b)');
    const promised = await both(['10,one,free,1', '11,eleven,free,1', '12,eleven,other,1', '13,other,other,1']);
    await expectKept(promised);
    expect(promised.dry.counts).toMatchObject({ rejected: 2, inserted: 2 });
  });

  it('knows what a unique index says of columns that the file does not fill', async () => {
    await pipeline.run('create unique index on public.t (a, b)');
    const path = await pipeline.file('narrow.csv', 'id,a\n1,two\n2,other\n10,two\n11,two\n3,two\n');
    const dry = await pipeline.load(path, { ...into, dryRun: true });
    await expectKept({ dry, real: await pipeline.load(path, into) });
  });

  it('is refused where nothing would be accepted, and by no limit that a load asks before the merge', async () => {
    await pipeline.run('create unique index second on public.t (a)');
    const all = await both(['10,one,,1', '11,two,,1']);
    expect([all.dry.outcome, all.dry.code]).toEqual(['REJECTED', 'NOTHING_ACCEPTED']);
    expect([all.real.outcome, all.real.code]).toEqual(['REJECTED', 'NOTHING_ACCEPTED']);
    await expectKept(await both(['20,one,,1', '21,new,,1'], { limits: { maxRejects: 0 } }));
  });

  it('leaves the rejects of a rule as they are, and promises the same a second time', async () => {
    await pipeline.run('create unique index second on public.t (a)');
    const path = await pipeline.file('a.csv', 'id,a,b,n\n10,ten,,x\n11,ten,,1\n12,ten,,2\n12,ten,,3\n');
    const first = await pipeline.load(path, { ...into, dryRun: true });
    expect(first.counts).toMatchObject({ records: 4, rejected: 2, duplicate: 1, inserted: 1 });
    const second = await pipeline.load(path, { ...into, dryRun: true });
    expect(second.counts).toEqual(first.counts);
    await expectKept({ dry: second, real: await pipeline.load(path, into) });
  });

  it('names what only a load can ask, and nothing where there is nothing', async () => {
    expect((await both(['10,ten,,1'])).dry).not.toHaveProperty('notJudged');
    await pipeline.run(`
      create extension if not exists btree_gist;
      alter table public.t add column made text generated always as (a || 'x') stored, add column d integer default 7,
        add constraint no_overlap exclude using gist (a with =), add constraint later unique (b) deferrable,
        add constraint wide check (n < d), add constraint narrow check (n > 0), add constraint derived check (made <> 'x');
      create unique index by_made on public.t (made);
      create unique index by_default on public.t (a, d);
      create function public.nothing() returns trigger language plpgsql as $$ begin return new; end $$;
      create trigger watch before insert on public.t for each row execute function public.nothing();
      create trigger off before insert on public.t for each row execute function public.nothing();
      alter table public.t disable trigger off`);
    const { dry, real } = await both(['11,eleven,,1']);
    expect(dry.notJudged?.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'trigger watch',
      'exclusion constraint no_overlap',
      'unique index later',
      'unique index by_made',
      'unique index by_default',
      'check wide',
    ]);
    expect(real).not.toHaveProperty('notJudged');
  });

  it('says of an index whose expression fails for a record that it does not know it', async () => {
    await pipeline.run(`update public.t set n = 100 + id; create unique index odd on public.t ((10000 / (n - 100)))`);
    const { dry, real } = await both(['10,ten,,100', '11,eleven,,150']);
    expect(dry).toMatchObject({ outcome: 'DRY_RUN', notJudged: [{ kind: 'unique index', name: 'odd' }] });
    expect(real.counts).toMatchObject({ rejected: 1, inserted: 1 });
  });

  it('promises what then arrives, whatever is in the table and in the file', { timeout: casesTimeout(6) }, async () => {
    await pipeline.run(`
      create unique index by_a on public.t (lower(a)); create unique index by_b on public.t (b, n) where (n < 3)`);
    const few = fc.constantFrom('', 'p', 'P', 'q', 'r', 's');
    const row = fc.tuple(fc.integer({ min: 1, max: 9 }), few, few, fc.constantFrom('', '1', '2', '3'));
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 6 }),
        fc.array(row, { minLength: 1, maxLength: 8 }),
        async (there, file) => {
          await pipeline.run(`truncate public.t; ${there.map(inserted).join('; ')}`);
          const { dry, real } = await both(
            file.map((cells) => cells.join(',')),
            { limits: { allowAllRejected: true } },
          );
          expect(real.outcome).toBe('LOADED');
          expect(dry).toMatchObject({ outcome: 'DRY_RUN', counts: real.counts, rejectsByCode: real.rejectsByCode });
          expect((await rejectsOf(dry)).map(({ line }) => line)).toEqual(
            (await rejectsOf(real)).map(({ line }) => line),
          );
        },
      ),
      { ...cases(3), endOnFailure: true },
    );
  });
});

function inserted([id, ...cells]: readonly (string | number)[]): string {
  const values = cells.map((cell) => (cell === '' ? 'null' : `'${cell}'`));
  return `insert into public.t values (${id}, ${values.join(', ')}) on conflict do nothing`;
}
