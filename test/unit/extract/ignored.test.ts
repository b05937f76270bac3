import { expect, it } from 'vitest';
import { objectCreatedSchema } from '../../../functions/protocol/states.ts';
import { requestOf } from '../../../functions/extract/request-of.ts';
import { objectCreated } from '../../support/object-created.ts';
import { hostileParts, unsafeIn } from '../../support/hostile-names.ts';
import { datasets } from '../../support/sample-datasets.ts';

it.each(Object.entries(hostileParts))('why an upload with %s in its key is ignored is printable', (_, part) => {
  for (const [key, code] of [
    [`nobodys/${part}x`, 'NO_DATASET'],
    [`zipcodes/${part}/`, 'FOLDER_MARKER'],
    [`zipcodes/${part}x.part`, 'UNFINISHED_NAME'],
    [`zipcodes/${part}x.csv.sha256`, 'SIDECAR'],
  ] as const) {
    const event = objectCreated({ bucket: 'landing', key, etag: 'e', size: 1, versionId: null }, '01');
    const request = requestOf(objectCreatedSchema.parse(event), datasets);
    const ignored = 'ignored' in request ? request.ignored : null;
    expect(ignored?.code).toBe(code);
    expect(unsafeIn(ignored?.message ?? '')).toEqual([]);
  }
});
