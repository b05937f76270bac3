import { nothingCounted } from '../../functions/core/dispositions.ts';
import type { PageFacts, ShownReject } from '../../functions/page/facts.ts';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';

/** Of an ordinary load. */
export const report: LoadReport = {
  schemaVersion: 1,
  loadId: 7,
  dataset: 'orders',
  object: { bucket: 'landing', key: 'orders/monday.csv', versionId: 'v1', etag: null, size: 12_345 },
  outcome: 'LOADED',
  counts: { ...nothingCounted, records: 1_000, rejected: 90, duplicate: 10, inserted: 880, updated: 20 },
  rejectsByCode: [
    { code: 'INVALID_TYPE', column: 'amount', rejects: 60 },
    { code: 'NOT_NULL', column: 'email', rejects: 30 },
  ],
  timeZone: null,
  madeBy: {
    landfall: '0.1.0',
    node: '24.21.0',
    platform: 'linux x64',
    postgresql: '17.10',
    stack: null,
  },
  bytes: 12_345,
  slices: 3,
  batches: 2,
  milliseconds: { extract: 40, stage: 400, validate: 200, transform: 100, merge: 1_000, report: 20 },
  reportPath: null,
  rejectsPath: null,
};

/** A record that was rejected, at a place of its own. */
export const reject = (record: number, more: Partial<ShownReject> = {}): ShownReject => ({
  record,
  line: record + 1,
  byteOffset: record * 100,
  reasons: [{ code: 'INVALID_TYPE', column: 'amount', value: '12,5', message: '"12,5" is no numeric' }],
  cells: ['17', '12,5', null],
  whole: null,
  ...more,
});

/** What one of its rules would be kept under. */
const mend = { code: 'CHECK', taken: 1, of: 2, breakAnother: 1, isJudged: false };

/** One that did not end. */
const undone = {
  ...{ at: null, askedAt: '2026-11-30T00:00:00Z', by: 'ana@laptop', why: null },
  ...{ restored: 20, removed: 880, returned: 0, untouched: 0, kept: 0 },
};

const columns = ['id', 'amount', 'email'].map((name) => ({ header: name.toUpperCase(), column: name }));

/** What the page of such a load is made of. */
export const factsOf = (changes: Partial<LoadReport> = {}, more: Partial<PageFacts> = {}): PageFacts => ({
  report: { ...report, ...changes },
  command: (rest) => `landfall ${rest}`,
  columns,
  rejects: [reject(1), reject(2)],
  types: { amount: 'numeric(12,2)' },
  history: [],
  ...more,
});

/** Markup, a script and what turns the direction of text. */
export const evil = `</td></script><script>alert(1)</script><img src=x onerror="alert(1)">'"&\u202e\u0000\u200b`;

/** A load in which this is every text. */
export function evilFacts(): PageFacts {
  const reasons = [{ code: evil, column: evil, value: evil, message: evil }];
  return factsOf(
    {
      dataset: evil,
      message: evil,
      code: evil,
      object: { ...report.object, bucket: evil, key: evil, versionId: evil },
      rejectsByCode: [{ code: evil, column: evil, rejects: 90 }],
      mends: [{ ...mend, code: evil, column: evil, way: evil, others: [evil] }],
      cleaned: [{ column: evil, step: evil, cells: 1, samples: [{ from: evil, to: evil }] }],
      trailer: [evil],
      undone: { ...undone, by: evil, why: evil, stopped: { at: evil, code: evil, message: evil } },
      afterUndo: { loadId: 3, at: evil, by: evil },
      waits: { records: 1, parents: [evil], until: evil },
      held: { since: evil, until: evil, codes: [evil], moved: [evil] },
      firstDuplicates: [{ record: 1, line: 2, object: evil, message: evil }],
      madeBy: { landfall: evil, node: evil, platform: evil, postgresql: evil, stack: evil },
      objects: [{ key: evil, versionId: evil, size: 1, outcome: 'REJECTED', code: evil, message: evil, records: 0 }],
      diff: {
        columns: [{ column: evil, changed: 1, turnedNull: 1 }],
        samples: [{ key: { [evil]: evil }, column: evil, old: evil, new: evil }],
      },
      nullWords: [{ word: evil, cells: 1, option: evil }],
      control: {
        from: [evil],
        records: { expected: 1, source: 1, staged: 1, merged: 1 },
        sums: [{ column: evil, expected: evil, source: evil, staging: evil, table: evil }],
      },
      indexes: {
        plan: 'keep',
        why: evil,
        indexes: [{ name: evil, sizeBytes: 1, plan: 'keep', became: 'kept', why: evil, seconds: null }],
      },
    },
    {
      columns: [{ header: evil, column: evil }],
      types: { [evil]: evil },
      rejects: [reject(1, { reasons, cells: [evil] }), reject(2, { reasons, cells: null, whole: evil })],
    },
  );
}

/** A load of a million rejects, with this text wherever one stands, and so many rules. */
export function endlessFacts(text: string, rules: number): PageFacts {
  const names = Array.from({ length: rules }, (__, i) => `${text}${i}`);
  const rejects = Array.from({ length: 1_000 }, (__, i) =>
    reject(i, {
      cells: Array.from({ length: 300 }, () => text),
      reasons: [
        { code: 'CHECK', column: names[i % rules] ?? null, value: text, message: text },
        { code: 'CHECK', column: text, value: text, message: text },
      ],
    }),
  );
  return factsOf(
    {
      counts: { ...report.counts, records: 1_000_000, rejected: 1_000_000 },
      message: text,
      object: { ...report.object, key: text, bucket: text, versionId: text },
      rejectsByCode: names.map((column) => ({ code: 'CHECK', column, rejects: 200 })),
      mends: names.map((column) => ({ ...mend, column, way: text, others: [text, text] })),
      cleaned: names.map((column) => ({ column, step: text, cells: 1, samples: [{ from: text, to: text }] })),
      trailer: names,
      undone: { ...undone, by: text, why: text, stopped: { at: undone.askedAt, code: text, message: text } },
      afterUndo: { loadId: 3, at: undone.askedAt, by: text },
      waits: { records: 1, parents: names, until: undone.askedAt },
      firstDuplicates: [1, 2, 3].map((record) => ({ record, line: record, object: text, message: text })),
      madeBy: { landfall: text, node: text, platform: text, postgresql: text, stack: text },
      objects: names.map((key) => ({ key, versionId: '1', size: 1, outcome: 'LOADED' as const, records: 1 })),
      diff: {
        columns: names.map((column) => ({ column, changed: 1, turnedNull: 1 })),
        samples: names.map((column) => ({ key: { [text]: text }, column, old: text, new: text })),
      },
      warnings: names.map((column) => ({ code: 'RULE', column, rule: text, records: 1, places: [] })),
      control: {
        from: names,
        records: { expected: 1, source: 1, staged: 1, merged: 1 },
        sums: names.map((column) => ({ column, expected: text, source: text, staging: text, table: text })),
      },
      indexes: {
        plan: 'keep',
        why: text,
        indexes: names.map((name) => ({
          name,
          sizeBytes: 1,
          plan: 'keep',
          became: 'kept',
          why: text,
          seconds: null,
        })),
      },
    },
    {
      columns: Array.from({ length: 300 }, () => ({ header: text, column: text })),
      rejects,
      history: Array.from({ length: 20 }, (__, i) => ({
        loadId: 1_000_000 + i,
        outcome: 'ALREADY_LOADED' as const,
        startedAt: undone.askedAt,
        records: 1_000_000 + i,
        rejected: i,
        milliseconds: 1_000 * i,
      })),
      types: Object.fromEntries(names.map((name) => [name, text])),
    },
  );
}
