import { expect, test } from 'vitest';
import { hasMaintain, majorOf, triedVersions, whyUnfit } from '../../../functions/db/server/fit-server.ts';
import { otherVersions } from '../../support/postgres-package.ts';

const encoding = 'UTF8';

test('versions as servers of all kinds print them', () => {
  const printed = ['16.14', '17.10 (Debian 17.10-1.pgdg13+1)', '18beta1', '19devel', '15.8 (Ubuntu 15.8)'];
  expect(printed.map(majorOf)).toEqual([16, 17, 18, 19, 15]);
});

test('the tests run on all that is called tried', () => {
  const { oldest, newest } = triedVersions;
  const all = Array.from({ length: newest - oldest + 1 }, (_, i) => String(oldest + i));
  expect([...Object.keys(otherVersions), '17'].toSorted()).toEqual(all);
  expect(all.map((version) => whyUnfit({ version: `${version}.1`, encoding }, null))).toEqual(all.map(() => null));
  expect([16, 17, 18].map(hasMaintain)).toEqual([false, true, true]);
});

test.each([
  ['9.6.24', null],
  ['15.13', '15'],
  ['not a number', null],
])('%s is refused, whatever was said', (version, untried) => {
  expect(whyUnfit({ version, encoding }, untried)).toEqual({
    what: `it is PostgreSQL ${version}, and Landfall needs 16 at least`,
    remedy: 'Upgrade it, or name a server of PostgreSQL 16 to 18',
  });
});

test('a newer one is refused, but for the one that was named', () => {
  const newer = { version: '19beta2', encoding };
  for (const untried of [null, '18', '20', '1', 'yes']) {
    expect(whyUnfit(newer, untried)).toEqual({
      what: 'it is PostgreSQL 19beta2, and this version of Landfall was tried on 16 to 18',
      remedy:
        'Name one of these, or use a newer Landfall. To try it all the same, on data that can be had again, set LANDFALL_UNTRIED_POSTGRES=19',
    });
  }
  expect(whyUnfit(newer, '19')).toBeNull();
  expect(whyUnfit({ ...newer, encoding: 'LATIN1' }, '19')?.what).toContain('LATIN1');
});

test.each(['LATIN1', 'SQL_ASCII', 'EUC_JP'])('the encoding %s is refused', (other) => {
  expect(whyUnfit({ version: '17.10', encoding: other }, null)?.what).toBe(
    `the database's encoding is ${other}, and files hold characters that have no place in it`,
  );
});
