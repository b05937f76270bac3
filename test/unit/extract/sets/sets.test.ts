import { describe, expect, it } from 'vitest';
import { setOf } from '../../../../functions/core/sets/object-set.ts';
import { stageItems } from '../../../../functions/extract/planning/stage-items.ts';
import { listedIn } from '../../../../functions/extract/sets/manifest.ts';
import type { SliceRow } from '../../../../functions/ledger/slices/slices-sql.ts';

const manifest = { bucket: 'exports', key: 'in/today/set.json' };

describe('a manifest', () => {
  it.each([
    [
      ['a.csv', 'below/b.csv'],
      [{ key: 'in/today/a.csv' }, { key: 'in/today/below/b.csv' }],
    ],
    [
      [{ key: 'a.csv', size: 0 }, 'b.csv'],
      [{ key: 'in/today/a.csv', size: 0 }, { key: 'in/today/b.csv' }],
    ],
    [
      {
        entries: [{ url: 's3://exports/other/a.csv', mandatory: true, meta: { content_length: 7 } }, { url: 'b.csv' }],
      },
      [{ key: 'other/a.csv', size: 7 }, { key: 'in/today/b.csv' }],
    ],
  ])('lists %j', (written, listed) => {
    expect(listedIn(JSON.stringify(written), manifest)).toEqual(listed);
  });

  it.each([
    '',
    '[]',
    '{}',
    '["a.csv", 1]',
    '[{ "key": "a.csv", "size": -1 }]',
    '[{ "key": "a.csv", "bytes": 1 }]',
    '["../a.csv"]',
    '["/etc/passwd"]',
    '["below/../../a.csv"]',
    '["file:///etc/passwd"]',
    '{ "entries": [{ "url": "s3://another/a.csv" }] }',
    '{ "entries": [{ "url": "https://host/a.csv" }] }',
  ])('names nothing outside of its folder and bucket, and is no other JSON: %s', (text) => {
    expect(() => listedIn(text, manifest)).toThrow(/s3:\/\/exports\/in\/today\/set\.json is no manifest/);
  });
});

describe('the object that stands for several', () => {
  const object = (key: string, versionId = '1', lastModified = '2026-01-01T00:00:00.000Z') => ({
    ...{ bucket: 'b', key, versionId, sizeBytes: 3, lastModified },
  });

  it('is no other set, in no other order and no other version', () => {
    const sets = [
      setOf([object('in/a'), object('in/b')], null),
      setOf([object('in/b'), object('in/a')], null),
      setOf([object('in/a'), object('in/b', '2')], null),
      setOf([object('in/a')], null),
      setOf([object('in/a'), object('in/b')], 'in/set.json'),
    ];
    expect(new Set(sets.map(({ key, versionId }) => `${key} ${versionId}`)).size).toBe(sets.length);
    expect(sets[0]?.key).toBe(sets[2]?.key);
    expect(setOf([object('in/a'), object('in/b')], null)).toEqual(sets[0]);
  });

  it('is as large as all and as old as the newest, and says which it is', () => {
    const set = setOf([object('in/a'), object('in/b', '1', '2026-03-01T00:00:00.000Z'), object('c')], null);
    expect(set).toMatchObject({ sizeBytes: 9, lastModified: '2026-03-01T00:00:00.000Z' });
    expect(set.key).toMatch(/^in\/a and 2 more #[0-9a-f]{8}$/);
    expect(setOf([object('a')], null).key).toMatch(/^a #[0-9a-f]{8}$/);
    expect(setOf([object('/a')], null).key).toMatch(/^\/a #[0-9a-f]{8}$/);
  });
});

describe('what is staged in one call', () => {
  const row = (slice: number, object: number, bytes: number, staged: Partial<SliceRow> = {}): SliceRow =>
    ({ slice, object, rangeStart: 10, rangeEnd: 10 + bytes, baseRecord: null, ...staged }) as SliceRow;

  it('are slices of small objects that follow each other, as many bytes as a slice may have', () => {
    const slices = [
      row(0, 1, 40),
      row(1, 2, 40),
      row(2, 3, 40),
      row(3, 4, 100),
      row(4, 4, 100),
      row(5, 5, 1),
      row(7, 7, 1),
    ];
    expect(stageItems(slices, 100)).toEqual([
      { slice: 0, through: 1, from: null },
      { slice: 2, through: 2, from: null },
      { slice: 3, through: 3, from: null },
      { slice: 4, through: 4, from: null },
      { slice: 5, through: 5, from: null },
      { slice: 7, through: 7, from: null },
    ]);
  });

  it('keeps where a slice began that was staged before, and the state small: 900 objects in 4 kB', () => {
    expect(stageItems([row(0, 1, 40, { baseRecord: 0, startOffset: 12 })], 100)).toEqual([
      { slice: 0, through: 0, from: 12 },
    ]);
    const many = Array.from({ length: 900 }, (_, i) => row(i, i + 1, 1_000_000));
    expect(JSON.stringify(stageItems(many)).length).toBeLessThan(4_096);
  });
});
