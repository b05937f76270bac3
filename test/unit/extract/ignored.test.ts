import { expect, it } from 'vitest';
import { objectCreatedSchema } from '../../../functions/protocol/states.ts';
import { requestOf } from '../../../functions/extract/request-of.ts';
import { objectCreated } from '../../support/object-created.ts';
import { hostileParts, unsafeIn } from '../../support/hostile-names.ts';
import { defineDataset } from '../../../functions/compile/declaration/schema.ts';
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

it('an object that belongs to a set starts nothing, and what starts one asks for all of it', () => {
  const parts = defineDataset({ name: 'p', prefix: 'p/', table: 'public.p', key: ['id'], set: { marker: '_SUCCESS' } });
  const asked = (key: string): object =>
    requestOf(
      objectCreatedSchema.parse(objectCreated({ bucket: 'l', key, etag: 'e', size: 0, versionId: null }, '01')),
      [parts],
    );
  expect(asked('p/a.csv')).toEqual({
    ignored: {
      code: 'PART_OF_SET',
      message: 'p/a.csv is loaded with its set, which _SUCCESS starts, as `set` of p has it',
    },
  });
  expect(asked('p/day/_SUCCESS')).toMatchObject({ key: 'p/day/_SUCCESS', dataset: 'p', marker: true });
});
