import { expect, it } from 'vitest';
import { directoryBucket } from '../../../functions/core/object-url.ts';
import { foreignBucket } from '../../../functions/objects/sources.ts';
import { hostileParts, unsafeIn } from '../../support/hostile-names.ts';

it.each(Object.entries(hostileParts))('a refusal for a key or bucket with %s is printable', (_, part) => {
  for (const ref of [
    { bucket: directoryBucket, key: `/tmp/${part}` },
    { bucket: part, key: part },
  ]) {
    const refusal = foreignBucket(ref, ['landing']);
    expect(refusal?.code).toBe('FOREIGN_BUCKET');
    expect(unsafeIn(refusal?.message ?? '')).toEqual([]);
  }
});
