import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { nothingCounted } from '../../../functions/core/dispositions.ts';
import { cut } from '../../../functions/page/cut.ts';
import { html } from '../../../functions/page/html.ts';
import { reportPage } from '../../../functions/page/page.ts';
import { endlessFacts, evilFacts, factsOf } from '../../support/made-pages.ts';

const page = (...facts: Parameters<typeof factsOf>): string => reportPage(factsOf(...facts));

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
      'INVALID_TYPE in amount : 60 records line 2, record 1, byte 100 "12,5" is no numeric expected numeric(12,2) , found 12,5 ID AMOUNT EMAIL 17 12,5 NULL',
    );
    expect(text).toContain('2 rows; 88 more are in rejects.csv');
    expect(page()).toContain('<mark>12,5</mark>');
  });

  it('has the objects of a set, the first duplicates, and what made it', () => {
    const object = { key: 'in/a.csv', versionId: '1', size: 2_000, outcome: 'LOADED' as const, records: 40 };
    const before = { ...object, key: 'in/b.csv', outcome: 'ALREADY_LOADED' as const, loadedBy: 3, records: 0 };
    const text = shown(
      page({
        objects: [object, before],
        firstDuplicates: [{ record: 9, line: 10, object: 'in/a.csv', message: 'the key 4 is also in record 12' }],
      }),
    );
    expect(text).toContain('2 objects loaded as one');
    expect(text).toContain('in/a.csv 2.00 kB 40 LOADED');
    expect(text).toContain('in/b.csv 2.00 kB 0 ALREADY_LOADED, by load 3');
    expect(text).toMatch(
      /Duplicates \d+ records have the key of another one that counts\. a\.csv, line 10, record 9 the key 4 is also in record 12/,
    );
    expect(text).toContain('Made by Landfall 0.1.0, Node 24.21.0 on linux x64, PostgreSQL 17.10.');
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
  const long = 'ü'.repeat(65_536);

  it('is shown as text, wherever it stands', () => {
    const text = reportPage(evilFacts());
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
    const made = reportPage(endlessFacts(text, rules));
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
