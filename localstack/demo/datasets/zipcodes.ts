import { defineDataset } from '../../../index.ts';

/** US postal codes with their coordinates. The key is text: 00501 is not 501. */
export const zipcodes = defineDataset({
  name: 'zipcodes',
  prefix: 'zipcodes/',
  table: 'public.zipcodes',
  key: ['zip_code'],
});
