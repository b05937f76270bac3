import { describe, expect, it } from 'vitest';
import { csvLine } from '../../../functions/replay/csv-line.ts';
import { reportPlace } from '../../../functions/runtime/report-place.ts';

describe('a line of rejects.csv', () => {
  it.each([
    [['a', 'b,c', 'd"e', 'f\ng', null, ''], 'a,"b,c","d""e","f\ng",,""\r\n'],
    [['=1+1', '@x', '+a', '-b', '\tc'], `'=1+1,'@x,'+a,'-b,'\tc\r\n`],
    [['-7', '+1.5', '-0.10'], '-7,+1.5,-0.10\r\n'],
    [['=cmd|" /C calc"!A0'], `"'=cmd|"" /C calc""!A0"\r\n`],
  ])('%j is %j: no cell becomes a formula, and numbers stay numbers', (cells, line) => {
    expect(csvLine(cells)).toBe(line);
  });
});

describe('the place of a report', () => {
  it('is a folder per dataset and load, whatever the dataset is called', () => {
    expect(reportPlace('file:///var/reports', { dataset: 'public.t(a,b)', loadId: 7 })).toEqual({
      bucket: 'file://',
      reportKey: '/var/reports/public.t-a-b/7/report.json',
      pageKey: '/var/reports/public.t-a-b/7/report.html',
      rejectsKey: '/var/reports/public.t-a-b/7/rejects.csv',
      below: '/var/reports/',
      reportPath: '/var/reports/public.t-a-b/7/report.json',
      pagePath: '/var/reports/public.t-a-b/7/report.html',
    });
    expect(reportPlace('file:///r', { dataset: '../../etc/x y', loadId: 1 }).reportKey).toBe(
      '/r/etc-x-y/1/report.json',
    );
  });

  it('has a name that every file system takes, and one of its own, however many columns a key has', () => {
    const columns = Array.from({ length: 32 }, (_, i) => `${'c'.repeat(60)}${i}`).join(',');
    const place = (dataset: string) => reportPlace('file:///r', { dataset, loadId: 7 }).reportKey;
    expect(place(`public.t(${columns})`)).toMatch(/^\/r\/public\.t-c{60}0-c+-[0-9a-f]{16}\/7\/report\.json$/);
    expect(
      Math.max(
        ...place(`public.t(${columns})`)
          .split('/')
          .map((part) => part.length),
      ),
    ).toBe(120);
    expect(place(`public.t(${columns})`)).not.toBe(place(`public.t(${columns},d)`));
  });

  it('may be a bucket, with or without a prefix', () => {
    expect(reportPlace('s3://bucket', { dataset: 'orders', loadId: 7 }).reportPath).toBe(
      's3://bucket/orders/7/report.json',
    );
    expect(reportPlace('s3://bucket/a/b/', { dataset: 'orders', loadId: 7 })).toMatchObject({
      bucket: 'bucket',
      rejectsKey: 'a/b/orders/7/rejects.csv',
    });
    expect(() => reportPlace('/var/reports', { dataset: 'orders', loadId: 7 })).toThrow('LANDFALL_REPORTS');
  });
});
