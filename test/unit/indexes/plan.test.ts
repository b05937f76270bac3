import { expect, test } from 'vitest';
import type { IndexFacts, NeverDropped, TableFacts } from '../../../functions/indexes/facts.ts';
import { type Known, leastShare, planIndexes } from '../../../functions/indexes/plan.ts';

const table: TableFacts = { isPartitioned: false, rows: 0, mayRebuild: true, owner: 'shop', role: 'loader', others: 0 };
const index = (name: string, more: Partial<IndexFacts> = {}): IndexFacts => ({
  ...{ oid: 1, schema: 'public', name, sizeBytes: 8_192, stays: null, usedMinutesAgo: null },
  ...more,
});
/** An empty table with a key and two others, and a load that is worth it. */
const seed: Known = {
  table,
  indexes: [index('key', { stays: 'primary' }), index('one'), index('two')],
  load: { inserts: 2_000_000, updates: 0 },
  traffic: {},
  live: { isLive: false, why: 'nobody' },
};
const seedWith = (more: Partial<Known>): Known => ({ ...seed, ...more });
const planned = (known: Known): string =>
  planIndexes(known)
    .indexes.map(({ name, plan }) => `${name} ${plan}`)
    .join(', ');

test('an empty table that nobody uses loses what can be spared, and never its key', () => {
  expect(planIndexes(seed)).toMatchObject({ plan: 'rebuild', why: 'the table is empty' });
  expect(planned(seed)).toBe('key keep, one rebuild, two rebuild');
});

test('the estimate counts rows times indexes, and rows of the final table', () => {
  const { keepSeconds, rebuildSeconds } = planIndexes(seed);
  expect(keepSeconds).toBeCloseTo(20);
  expect(rebuildSeconds).toBeCloseTo(3);
});

test.each<[string, Partial<Known>, RegExp]>([
  ['keep is declared', { traffic: { indexes: 'keep' } }, /declared/],
  ['the role is not the owner', { table: { ...table, mayRebuild: false } }, /loader may not .* shop/],
  [
    'the role is not the owner, whatever is declared',
    { table: { ...table, mayRebuild: false }, traffic: { indexes: 'rebuild' } },
    /may not/,
  ],
  ['the table is live', { live: { isLive: true, why: 'others wrote 3 rows' } }, /live: others wrote 3 rows/],
  ['others are at it', { table: { ...table, others: 2 } }, /2 other sessions/],
  ['more rows are there than are written', { table: { ...table, rows: 2_000_001 } }, /2000001 are there/],
  ['the load is small', { load: { inserts: 50_000, updates: 0 } }, /less than a second/],
  ['no row is written', { load: { inserts: 0, updates: 0 }, traffic: { indexes: 'rebuild' } }, /no row/],
  ['nothing can be dropped', { indexes: [index('key', { stays: 'unique' })] }, /none of them/],
])('all stay where %s', (_what, more, why) => {
  const plan = planIndexes(seedWith(more));
  expect(plan).toMatchObject({ plan: 'keep', why: expect.stringMatching(why) as string });
  expect(plan.indexes.every((each) => each.plan === 'keep')).toBe(true);
});

test('rebuild is done beside others where it is declared of a live table', () => {
  const plan = planIndexes(seedWith({ live: { isLive: true, why: 'said' }, traffic: { indexes: 'rebuild' } }));
  expect(plan).toMatchObject({ plan: 'rebuild', why: expect.stringMatching(/CONCURRENTLY/) as string });
});

test('rebuild is done where it is declared, however much is there and whoever read through it', () => {
  const known = seedWith({
    table: { ...table, rows: 1e9, others: 1 },
    traffic: { indexes: 'rebuild' },
    indexes: [index('one', { usedMinutesAgo: 0 })],
  });
  expect(planned(known)).toBe('one rebuild');
});

test(`as many rows as are there, times ${leastShare}, are the least under auto`, () => {
  const { inserts } = seed.load;
  const known = (rows: number): Known => seedWith({ table: { ...table, rows } });
  expect(planIndexes(known(inserts / leastShare)).plan).toBe('rebuild');
  expect(planIndexes(known(inserts / leastShare + 1)).plan).toBe('keep');
});

test('what others read through within minutes stays under auto', () => {
  const indexes = [index('busy', { usedMinutesAgo: 3 }), index('idle', { usedMinutesAgo: 60 })];
  expect(planned(seedWith({ indexes }))).toBe('busy keep, idle rebuild');
});

test.each<NeverDropped>([
  'primary',
  'unique',
  'exclusion',
  'constraint',
  'replica identity',
  'invalid',
  'extension',
  'partitioned',
  'needed by others',
  'tablespace',
])('%s is never dropped, and its own reason is said', (stays) => {
  const plan = planIndexes(
    seedWith({ indexes: [index('it', { stays }), index('other')], traffic: { indexes: 'rebuild' } }),
  );
  expect(plan.indexes.map((each) => each.plan)).toEqual(['keep', 'rebuild']);
  expect(plan.indexes[0]?.why).not.toBe(plan.why);
});
