import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { nothingCounted } from '../../../functions/core/dispositions.ts';
import type { PageFacts, ShownReject } from '../../../functions/page/facts.ts';
import { cut } from '../../../functions/page/cut.ts';
import { html } from '../../../functions/page/html.ts';
import { reportPage } from '../../../functions/page/page.ts';
import type { LoadReport } from '../../../functions/protocol/outcomes.ts';

const report: LoadReport = {
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
  bytes: 12_345,
  slices: 3,
  batches: 2,
  milliseconds: { extract: 40, stage: 400, validate: 200, transform: 100, merge: 1_000, report: 20 },
  reportPath: null,
  rejectsPath: null,
};

const reject = (record: number, more: Partial<ShownReject> = {}): ShownReject => ({
  record,
  line: record + 1,
  byteOffset: record * 100,
  reasons: [{ code: 'INVALID_TYPE', column: 'amount', value: '12,5', message: '"12,5" is no numeric' }],
  cells: ['17', '12,5', null],
  whole: null,
  ...more,
});

const columns = ['id', 'amount', 'email'].map((name) => ({ header: name.toUpperCase(), column: name }));

const page = (changes: Partial<LoadReport> = {}, more: Partial<PageFacts> = {}): string =>
  reportPage({
    report: { ...report, ...changes },
    command: (rest) => `landfall ${rest}`,
    columns,
    rejects: [reject(1), reject(2)],
    history: [],
    ...more,
  });

/** Text of the page as a browser would show it, blanks folded. */
const shown = (text: string): string =>
  text
    .replaceAll(/<(style|script)>[^]*?<\/\1>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&amp;', '&')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll(/\s+/g, ' ');

describe('the page of a load', () => {
  it('says the outcome, what became of the records, how fast it was, and why records were rejected', () => {
    const text = shown(page());
    expect(text).toContain('monday.csv into orders: loaded');
    expect(text).toContain('Next: landfall rejects 7 shows the rejected records');
    expect(text).toContain('inserted 880 88.00 %');
    expect(text).toContain('merge 1.0 s 1,000');
    expect(text).toContain(
      'INVALID_TYPE in amount : 60 records line 2, record 1, byte 100 "12,5" is no numeric ID AMOUNT EMAIL 17 12,5 NULL',
    );
    expect(text).toContain('2 rows; 88 more are in rejects.csv');
    expect(page()).toContain('<mark>12,5</mark>');
  });

  it('has every number of the report that has one there', () => {
    const text = shown(
      page({
        control: {
          from: ['monday.control.json'],
          records: { expected: 1_000, source: 1_000, staged: 900, merged: 899 },
          sums: [{ column: 'amount', expected: '10.50', source: '10.50', staging: '9.25', table: '9.25' }],
        },
        cleaned: [{ column: 'email', step: 'trim', cells: 5, samples: [{ from: ' a ', to: 'a' }] }],
        governor: {
          secondsLost: { replica: 90 },
          batches: [
            { at: '2026-11-30T00:00:00.000Z', rows: 500, ms: 500 },
            { at: '2026-11-30T00:00:01.000Z', rows: 500, ms: 250 },
          ],
          unknown: [{ signal: 'slots', why: 'no grant' }],
          lanes: 1,
        },
        diff: {
          columns: [{ column: 'amount', changed: 20, turnedNull: 3 }],
          samples: [{ key: { id: '17', part: null }, column: 'amount', old: '1.50', new: null }],
        },
        held: { since: '2026-11-30T00:00:00Z', until: null, codes: ['TOO_MANY_REJECTS'], moved: [] },
      }),
    );
    expect(text).toContain('records 1,000 1,000 900 899');
    expect(text).toContain('sum of amount 10.50 10.50 9.25 9.25');
    expect(text).toContain('amount 20 3');
    expect(text).toContain('id 17, part NULL amount 1.50 NULL');
    expect(text).toContain('email trim 5 a → a');
    expect(text).toContain('Waited: 1:30 min for replica');
    expect(text).toContain('at most 2,000 records a second, in 2 transactions');
    expect(text).toContain('Not seen: slots. no grant');
    expect(text).toContain('because of TOO_MANY_REJECTS');
  });

  it('shows the loads before, and marks this one', () => {
    const past = [5, 6, 7].map((loadId) => ({
      loadId,
      outcome: 'LOADED' as const,
      startedAt: `2026-11-2${loadId}T01:02:03.456Z`,
      records: loadId * 100,
      rejected: loadId,
      milliseconds: loadId * 1_000,
    }));
    const text = page({}, { history: past });
    expect(shown(text)).toContain('7 (this one) 2026-11-27T01:02:03Z LOADED 700 1.00 % 7.0 s');
    expect(text.match(/class="this"/g)).toHaveLength(3);
    expect(shown(page({}, { history: past.slice(2) }))).not.toContain('this one');
  });

  it('is a page of few words where nothing was loaded', () => {
    const text = page(
      {
        outcome: 'REJECTED',
        code: 'NO_HEADER',
        message: 'it has none',
        counts: { ...nothingCounted, records: 0 },
        rejectsByCode: [],
      },
      { rejects: [] },
    );
    expect(shown(text)).toContain(
      'refused, the table is untouched REJECTED , load 7, 12.3 kB Why: NO_HEADER: it has none',
    );
    expect(text).not.toContain('id="rejects"');
  });

  it('lets nothing run but its own script, and fetches nothing', () => {
    const text = page();
    const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(text) ?? [];
    const allowed = policy.replaceAll('&#39;', "'");
    for (const [kind, name] of [
      ['style', 'style-src'],
      ['script', 'script-src'],
    ]) {
      const [, inside = ''] = new RegExp(`<${kind}>([^]*)</${kind}>`).exec(text) ?? [];
      const hash = createHash('sha256').update(inside).digest('base64');
      expect(allowed.split('; ')).toContain(`${name} 'sha256-${hash}'`);
    }
    expect(allowed).toMatch(/^default-src 'none'; /);
    expect(text).not.toMatch(/\b(src|href|action|on\w+|style)=/);
    expect(text).not.toMatch(/https?:/);
  });
});

describe('a hostile load', () => {
  const evil = `</td></script><script>alert(1)</script><img src=x onerror="alert(1)">'"&\u202e\u0000\u200b`;
  const long = 'ü'.repeat(65_536);

  it('is shown as text, wherever it stands', () => {
    const reasons = [{ code: evil, column: evil, value: evil, message: evil }];
    const text = page(
      {
        dataset: evil,
        message: evil,
        code: evil,
        object: { ...report.object, bucket: evil, key: evil, versionId: evil },
        rejectsByCode: [{ code: evil, column: evil, rejects: 90 }],
        cleaned: [{ column: evil, step: evil, cells: 1, samples: [{ from: evil, to: evil }] }],
        trailer: [evil],
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
        rejects: [reject(1, { reasons, cells: [evil] }), reject(2, { reasons, cells: null, whole: evil })],
      },
    );
    // one script is the page's own
    expect(text.match(/<script/g)).toHaveLength(1);
    expect(text).not.toContain('<img');
    expect(text).not.toMatch(/[\u202e\u200b]|\0/);
    expect(text).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&#39;&quot;&amp;\\u202e\\u0000\\u200b');
  });

  it.each([
    ['64 KiB in each text', long, 1],
    ['a million records, and every rule another one', 'rule', 5_000],
    ['text that grows by being escaped', '"'.repeat(65_536), 40],
  ])('takes under 300 kB: %s', (_, text, rules) => {
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
    const made = page(
      {
        counts: { ...report.counts, records: 1_000_000, rejected: 1_000_000 },
        message: text,
        object: { ...report.object, key: text, bucket: text, versionId: text },
        rejectsByCode: names.map((column) => ({ code: 'CHECK', column, rejects: 200 })),
        cleaned: names.map((column) => ({ column, step: text, cells: 1, samples: [{ from: text, to: text }] })),
        trailer: names,
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
      { columns: Array.from({ length: 300 }, () => ({ header: text, column: text })), rejects },
    );
    expect(Buffer.byteLength(made)).toBeLessThan(300_000);
  });
});

it('a template escapes texts, keeps HTML, and leaves out nothing', () => {
  expect(html`<a title="${'"'}">${'<'}${html`<b>`}${[html`1`, html`2`]}${null}${0}</a>`.text).toBe(
    '<a title="&quot;">&lt;<b>120</a>',
  );
});

it('a cut text has no half of a character', () => {
  expect(cut('a😀b', 4)).toBe('a😀b');
  expect(cut('a😀bc', 3)).toBe('a…');
  expect(cut('ab', 1)).toBe('…');
});
