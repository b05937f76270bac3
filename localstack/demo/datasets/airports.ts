import { defineDataset } from '../../../index.ts';

/** US airports. */
export const airports = defineDataset({
  name: 'airports',
  prefix: 'airports/',
  table: 'public.airports',
  key: ['iata'],
});
