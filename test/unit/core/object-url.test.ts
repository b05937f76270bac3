import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { objectUrl, parseObjectUrl } from '../../../functions/core/object-url.ts';

describe('what a person types', () => {
  it.each([
    ['s3://landing/orders/2024.csv', 'landing', 'orders/2024.csv'],
    ['S3://landing/a', 'landing', 'a'],
    ['s3://landing/what?is=this#thing', 'landing', 'what?is=this#thing'],
    ['s3://landing/a%20b+c d', 'landing', 'a%20b+c d'],
    ['s3://landing//leading/../x/', 'landing', '/leading/../x/'],
    ['s3://landing.example.com/x', 'landing.example.com', 'x'],
    ['orders.csv', 'file://', '/home/me/orders.csv'],
    ['./a/../orders.csv', 'file://', '/home/me/orders.csv'],
    ['/data/a%20b?.csv', 'file://', '/data/a%20b?.csv'],
    ['file:///data/a%20b.csv', 'file://', '/data/a b.csv'],
    ['file://localhost/data/x.csv', 'file://', '/data/x.csv'],
  ])('%s is %s and %s', (text, bucket, key) => {
    expect(parseObjectUrl(text, '/home/me')).toEqual({ bucket, key, problem: null });
  });

  it.each([
    ['', 'no file was named: give a path, file:///absolute/path or s3://bucket/key'],
    ['s3://landing', 's3://landing names a bucket but no object; write s3://landing/key'],
    ['s3://landing/', 's3://landing/ names a bucket but no object; write s3://landing/key'],
    ['s3:///key', 's3:///key: "" is not the name of an S3 bucket; write s3://bucket/key'],
    ['s3://a b/key', 's3://a b/key: "a b" is not the name of an S3 bucket; write s3://bucket/key'],
    ['s3:/landing/key', 's3:/landing/key: an S3 object is written s3://bucket/key'],
    [`s3://landing/${'é'.repeat(513)}`, 'the key is longer than the 1024 bytes that S3 allows'],
    ['https://landing.s3.amazonaws.com/x', 'https:// is not a place that can be loaded from'],
    ['file://server/share/x.csv', 'file://server/share/x.csv is not a usable file URL'],
    ['a\0b', 'the name of the file holds a NUL character'],
  ])('%j is answered with the problem', (text, problem) => {
    expect(parseObjectUrl(text, '/home/me').problem).toContain(problem);
  });

  it('an S3 key of any characters comes back from its URL', () => {
    const key = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(key, (text) => {
        expect(parseObjectUrl(objectUrl({ bucket: 'landing', key: text }), '/')).toEqual({
          bucket: 'landing',
          key: text,
          problem: null,
        });
      }),
    );
  });
});
