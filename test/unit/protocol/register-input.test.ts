import { describe, expect, it } from 'vitest';
import { registerInput } from '../../../functions/protocol/states.ts';
import { requestOf } from '../../../functions/extract/request-of.ts';
import { dataset } from '../compile/build.ts';
import { objectCreated } from '../../support/object-created.ts';
import { datasets } from '../../support/sample-datasets.ts';

const upload = { bucket: 'landing', key: 'zipcodes/a+b%2B c.csv', etag: 'abc', size: 7, versionId: 'v1' };
const request = { bucket: 'landing', key: 'zipcodes/a.csv', dataset: 'zipcodes' };
const parse = (input: unknown) => registerInput.safeParse({ state: 'Register', execution: 'e', request: input });

/** What went wrong, as `path: message`. */
function problemsOf(input: unknown): readonly string[] {
  return parse(input).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
}

describe('the input of an execution', () => {
  it('is an event with whatever AWS puts into it, and becomes the request that a person would have typed', () => {
    const event = { ...objectCreated(upload, '0055'), 'a-field-of-next-year': { x: 1 } };
    const { request: parsed } = registerInput.parse({ state: 'Register', execution: 'e', request: event });
    expect(requestOf(parsed, datasets)).toEqual({
      bucket: 'landing',
      key: 'zipcodes/a+b%2B c.csv',
      versionId: 'v1',
      dataset: 'zipcodes',
      dryRun: false,
      force: false,
      sequencer: '0055',
    });
  });

  it('is a request, with its defaults', () => {
    const { request: parsed } = registerInput.parse({ state: 'Register', execution: 'e', request });
    expect(requestOf(parsed, datasets)).toEqual({ ...request, versionId: null, dryRun: false, force: false });
  });

  it.each([null, '', 'null'])('names the content where the event has no version id (%j)', (versionId) => {
    const event = objectCreated({ ...upload, versionId }, '01');
    const { request: parsed } = registerInput.parse({ state: 'Register', execution: 'e', request: event });
    expect(requestOf(parsed, datasets)).toMatchObject({ versionId: 'etag:abc:7' });
  });

  it.each([
    ['feed/a.csv', 6_000_000_000, 'feed'],
    ['feed/a.csv', 6_000_000_001, 'NOT_LET_IN'],
    ['feed/a.csv', 0, 'NOT_LET_IN'],
    ['feed/a.txt', 7, 'NOT_LET_IN'],
    // a rule of a shorter prefix brings it too
    ['feed/inner/a.csv', 0, 'inner'],
  ])('%s of %i bytes is judged by what its dataset lets in, whichever rule brought it: %s', (key, size, expected) => {
    const declared = [
      dataset({ name: 'feed', prefix: 'feed/', upload: { suffixes: ['.csv'], minBytes: 1, maxBytes: 6_000_000_000 } }),
      dataset({ name: 'inner', prefix: 'feed/inner/' }),
    ];
    const event = objectCreated({ ...upload, key, size }, '01');
    const { request: parsed } = registerInput.parse({ state: 'Register', execution: 'e', request: event });
    const answer = requestOf(parsed, declared);
    expect('ignored' in answer ? answer.ignored.code : answer.dataset).toBe(expected);
  });

  it('is never something in between: each is judged by its own rules, in words', () => {
    expect(problemsOf({ ...request, source: 'aws.s3' })).toEqual([
      'request.detail-type: Invalid input: expected "Object Created"',
      'request.detail: Invalid input: expected object, received undefined',
    ]);
    expect(problemsOf({ ...request, detail: {} })).toEqual(['request: Unrecognized key: "detail"']);
    expect(problemsOf({ ...objectCreated(upload, '01'), 'detail-type': 'Object Deleted' })).toEqual([
      'request.detail-type: Invalid input: expected "Object Created"',
    ]);
    expect(problemsOf({ ...objectCreated(upload, '01'), source: 'aws.ec2' })).toEqual([
      'request.source: Invalid input: expected "aws.s3"',
    ]);
    expect(problemsOf({ ...request, dryrun: true })).toEqual(['request: Unrecognized key: "dryrun"']);
    expect(problemsOf({})).toEqual([
      'request.bucket: Invalid input: expected string, received undefined',
      'request.key: Invalid input: expected string, received undefined',
    ]);
    expect(problemsOf(null)).toEqual(['request: Invalid input: expected object, received null']);
  });
});
