import { utimes } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { type Counted, nothing } from '../support/conflict-model.ts';
import { cases, casesTimeout } from '../support/cases.ts';
import { applyToHistory, type Histories, rowsOfHistory, type Version } from '../support/history-model.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

/** Of one load: each has keys of its own, so that a case is worth a handful of loads. 3,000 in the long run. */
const sequences = 200 * Math.min(15, cases(1).numRuns);
const keysOfEach = 2;
const mostFiles = 3;

const cell = fc.option(fc.constantFrom('x', 'y'), { nil: null, freq: 4 });
const record = fc.record({ k: fc.nat({ max: keysOfEach - 1 }), at: fc.integer({ min: 1, max: 9 }), a: cell, b: cell });
const sequence = fc.record({
  there: fc.uniqueArray(record, { selector: ({ k, at }) => `${k} ${at}`, maxLength: 4 }),
  files: fc.array(fc.array(record, { maxLength: 6 }), { minLength: mostFiles, maxLength: mostFiles }),
});

/** A day of January 2026. */
const moment = (day: number): string => new Date(Date.UTC(2026, 0, day)).toISOString();

describe('history', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await testPipeline(`
      create table public.h (k integer, valid_from timestamptz, a text, b text, at timestamptz,
        valid_to timestamptz, current boolean not null, primary key (k, valid_from));
      create unique index on public.h (k) where current`);
  });
  afterAll(() => pipeline.end());

  it.each([
    { by: 'a column', late: 'reject' },
    { by: 'a column', late: 'insert' },
    { by: "the object's time", late: 'reject' },
    { by: "the object's time", late: 'insert' },
  ] as const)(
    'by $by, late: $late, ends as a model in memory does, delivered any number of times',
    { timeout: casesTimeout(8) },
    async ({ by, late }) => {
      const [worlds] = fc.sample(fc.array(sequence, { minLength: sequences, maxLength: sequences }), 1);
      if (worlds === undefined) throw new Error('nothing was generated');
      const ofObject = by !== 'a column';
      const own = (rows: readonly Version[], i: number): Version[] =>
        rows.map((each) => ({ ...each, k: i * keysOfEach + each.k }));
      const table: Histories = new Map();
      for (const [i, { there }] of worlds.entries()) applyToHistory(table, own(there, i), 'insert');
      const lines = rowsOfHistory(table).map((row) => JSON.stringify(row));
      await pipeline.run(`
        truncate public.h;
        insert into public.h (k, valid_from, a, b, valid_to, current)
        select k, '2025-12-31Z'::timestamptz + "from" * interval '1 day', a, b, '2025-12-31Z'::timestamptz + "to" * interval '1 day', current
        from json_to_recordset('[${lines.join(',')}]') as r(k integer, a text, b text, "from" integer, "to" integer, current boolean)`);

      const conflict = { rule: 'history', late, ...(!ofObject && { at: 'at' }) };
      const request = { into: 'public.h', businessKey: ['k'], conflict, limits: { allowAllRejected: true } };
      const times = [5, 4, 9, 9];
      const files = Array.from({ length: mostFiles }, (_, f) =>
        worlds
          .flatMap(({ files: all }, i) => own(all[f] ?? [], i))
          .map((each) => (ofObject ? { ...each, at: times[f] ?? 0 } : each)),
      );
      // each once more under another name, behind the others
      for (const [f, file] of [...files, ...files.slice(0, 1)].entries()) {
        const at = times[f] ?? 0;
        const timed = ofObject ? file.map((each) => ({ ...each, at })) : file;
        const expected = applyToHistory(table, timed, late);
        const header = ofObject ? 'k,a,b' : 'k,a,b,at';
        const cells = timed.map(({ k, a, b, at: day }) => [k, a ?? '', b ?? '', ...(ofObject ? [] : [moment(day)])]);
        const path = await pipeline.file(`${by}-${late}-${f}.csv`, [header, ...cells].join('\n'));
        await utimes(path, new Date(moment(at)), new Date(moment(at)));
        const dry = f === 1 ? await pipeline.load(path, { ...request, dryRun: true }) : null;
        const report = await pipeline.load(path, {
          ...request,
          sliceBytes: 6_000,
          limits: { ...request.limits, batchRows: 100 },
        });
        expect(only(report.counts)).toEqual(expected);
        if (dry !== null) expect(only(dry.counts)).toEqual(expected);
        if (f === 1) expect((await pipeline.load(path, request)).outcome).toBe('ALREADY_LOADED');
      }
      const day = (column: string): string => `extract(day from ${column} at time zone 'UTC')::integer`;
      const rows = await pipeline.connect(async (db) => {
        const text = `select k, a, b, ${day('valid_from')} as "from", ${day('valid_to')} as "to", current from public.h order by k, valid_from`;
        return (await db.query(text)).rows as object[];
      });
      expect(rows).toEqual(rowsOfHistory(table).toSorted((one, other) => keyOf(one) - keyOf(other)));
      expect(
        await pipeline.rows(
          sql`select 1 from landfall.rejects where (reasons->0->>'code' not in ('LATE_VERSION', 'SAME_VERSION')) and (kind = 'reject')`,
        ),
      ).toEqual([]);
    },
  );
});

function keyOf(row: object): number {
  const { k, from } = row as { k: number; from: number };
  return k * 100 + from;
}

function only(counts: Readonly<Record<string, number>>): Counted {
  return Object.fromEntries(Object.keys(nothing()).map((name) => [name, counts[name] ?? 0])) as unknown as Counted;
}
