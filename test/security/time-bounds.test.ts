import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mentionedNames } from '../../functions/core/expression-words.ts';
import { printable } from '../../functions/core/printable.ts';
import { redact } from '../../functions/core/redact.ts';
import { sql } from '../../functions/core/sql.ts';
import { LoadRejected } from '../../functions/protocol/errors.ts';
import { mapHeader } from '../../functions/compile/header/header.ts';
import { nearNames } from '../../functions/words/did-you-mean.ts';
import { readHeader } from '../../functions/formats/delimited/header/header.ts';
import { column, contract } from '../unit/compile/build.ts';
import { comparesOnly } from '../../functions/validate/rules/rows/compares-only.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

/** 20 s: each takes 3 at most where the machine has nothing else to do; what is not linear takes minutes with the same inputs. */
const wideMs = 20_000;

/** How long `run` took, in ms. */
function milliseconds(run: () => unknown): number {
  const startedAt = performance.now();
  run();
  return performance.now() - startedAt;
}

describe('text of the catalogue costs time in proportion to its length', () => {
  const signs = ['9', '9.9', '"', "'", '""', "''", "'1", '(', ' ', '\n', '::numeric', '::', 'AND', 'n', 'é', '-', '.'];
  const repeated = fc
    .tuple(fc.constantFrom(...signs), fc.constantFrom(...signs), fc.constantFrom(...signs))
    .map(([begin, middle, end]) => `n ${begin}${middle.repeat(300_000)}${end}x`);

  it('however it is made up', () => {
    fc.assert(
      fc.property(repeated, (expression) => {
        const names = Array.from({ length: 1_600 }, (_, i) => `n${i}`);
        expect(milliseconds(() => comparesOnly(expression, ['n', ...names]))).toBeLessThan(wideMs);
        expect(milliseconds(() => mentionedNames(expression))).toBeLessThan(wideMs);
      }),
      { numRuns: 60, endOnFailure: true },
    );
  }, 120_000);
});

/** As wide as a table can be, with names that are as long and as much alike as they can be, none with a default. */
const wide = contract(
  {},
  {
    columns: [
      column('id', { type: 'bigint', baseType: 'int8', notNull: true }),
      ...Array.from({ length: 1_590 }, (_, i) =>
        column(`${'ab'.repeat(29)}${String(i).padStart(4, '0')}`, { notNull: true }),
      ),
    ],
  },
);

function refusalOf(names: readonly string[]): LoadRejected {
  try {
    mapHeader(wide, names);
  } catch (error) {
    if (error instanceof LoadRejected) return error;
    throw error;
  }
  throw new Error('the header was taken');
}

describe('a header is read or refused within seconds, in words that a person reads', { timeout: 120_000 }, () => {
  const marks = '\u0300\u0316'.repeat(250_000);

  it.each<[string, readonly string[], string]>([
    ['one name 300,000 times', Array.from({ length: 300_000 }, () => 'id'), 'TOO_MANY_COLUMNS'],
    ['300,000 names', Array.from({ length: 300_000 }, (_, i) => `n${i}`), 'TOO_MANY_COLUMNS'],
    ['a million empty names and one', ['id', ...Array.from({ length: 1_000_000 }, () => '')], 'TOO_MANY_COLUMNS'],
    ['one name as often as a table has columns', Array.from({ length: 1_598 }, () => 'id'), 'DUPLICATE_HEADER'],
    [
      'names that differ in case and blanks',
      Array.from({ length: 1_598 }, (_, i) => `${' '.repeat(i)}${i % 2 ? 'id' : 'ID'}`),
      'DUPLICATE_HEADER',
    ],
    [
      'as many names, all nearly those of the table',
      Array.from({ length: 1_598 }, (_, i) => `${'ba'.repeat(29)}${String(9_999 - i)}`),
      'UNKNOWN_COLUMN',
    ],
    ['names of a megabyte', ['id', 'x'.repeat(1_000_000), 'y'.repeat(1_000_000)], 'UNKNOWN_COLUMN'],
    ['a name of marks that compose', ['id', `a${marks}`], 'UNKNOWN_COLUMN'],
    ['a name of blanks', ['x', ' '.repeat(1_000_000)], 'UNKNOWN_COLUMN'],
    ['the business key alone', ['id'], 'MISSING_COLUMN'],
  ])('%s', (_, names, code) => {
    let refusal: LoadRejected | null = null;
    expect(milliseconds(() => (refusal = refusalOf(names)))).toBeLessThan(wideMs);
    expect(refusal).toMatchObject({ code });
    expect((refusal as LoadRejected | null)?.message.length).toBeLessThan(11_000);
  });

  it('also of its bytes', () => {
    const grammar = { delimiter: 0x2c, quoting: 'declared' } as const;
    for (const cell of [',', '"",', '"""",', '"', '""', '" ",', 'a,']) {
      const head = Buffer.from(`${cell.repeat(Math.floor(1_048_576 / cell.length))}\n`);
      expect(milliseconds(() => readHeader(head, grammar, true))).toBeLessThan(wideMs);
    }
  });

  it('also where it is made printable', () => {
    for (const sign of ['\u0301', '\u200d', '\ufe0f', '\u{1f600}\u200d', '\u001b', '\ud800', '1\ufe0f', 'क\u200d']) {
      expect(milliseconds(() => printable(`a${sign.repeat(500_000)}`))).toBeLessThan(wideMs);
    }
  });

  it('also where secrets are taken out of it', () => {
    for (const word of [
      'password',
      'secret="',
      'pwd= ',
      "api_key='\\",
      'a://b:',
      'a:b ',
      '(a:',
      'aaaa-',
      'https://x',
      '1:1:1:1:',
    ]) {
      expect(milliseconds(() => redact(word.repeat(10_000)))).toBeLessThan(wideMs);
    }
  });

  it('and of what a database has so much of, near names are found', () => {
    const tables = Array.from({ length: 20_000 }, (_, i) => `${'ab'.repeat(29)}${i}`);
    expect(milliseconds(() => nearNames(`${'ba'.repeat(29)}x`, tables))).toBeLessThan(wideMs);
  });
});

describe('a target that is built to take time', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline('create table public.unused (id integer primary key)');
  });
  afterEach(() => pipeline.end());

  it.each([
    ['numbers of many digits', `n < ${'9'.repeat(40_000)}.99 and pg_catalog.scale(n) <= 2`],
    ['blanks in a literal', `n::text operator(pg_catalog.<>) '${' '.repeat(300_000)}'`],
    ['quotes in a literal', `n::text operator(pg_catalog.<>) '${'"'.repeat(300_001)}'`],
  ])('by %s in a CHECK is loaded like any other', async (_, check) => {
    await pipeline.run(`create table public.t (id integer primary key, n numeric, check (${check}))`);
    const path = await pipeline.file('a.csv', 'id,n\n1,1.5\n2,2\n');
    const startedAt = performance.now();
    const report = await pipeline.load(path, { into: 'public.t', businessKey: ['id'] });
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { inserted: 2 } });
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    const rows = await pipeline.rows(sql`select id from public.t order by id`);
    expect(rows).toEqual([{ id: 1 }, { id: 2 }]);
  });

  it.each([
    ['a name 300,000 times', 'id,'.repeat(300_000), 'TOO_MANY_COLUMNS'],
    ['a name of marks that compose', `id,a${'\u0300\u0316'.repeat(200_000)}`, 'UNKNOWN_COLUMN'],
    [
      'a name as often as a table has columns, on each of its lines',
      `${'id,'.repeat(1_500)}\n`.repeat(60),
      'DUPLICATE_HEADER',
    ],
  ])('is not loaded from a header of %s, and the ledger says why in few words', async (_, header, code) => {
    const path = await pipeline.file('a.csv', `${header}\n1,2\n`);
    const startedAt = performance.now();
    const report = await pipeline.load(path, { into: 'public.unused', businessKey: ['id'] });
    expect(report).toMatchObject({ outcome: 'REJECTED', code });
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    const [kept] = await pipeline.rows<{ length: number }>(
      sql`select pg_catalog.length(message) as length from landfall.loads`,
    );
    expect(kept?.length).toBeLessThan(11_000);
  });
});
