import { defineDataset } from '../../../index.ts';

/** Generated orders. A mistake in a million rows must not replace what is there: above 5 % rejects the file is refused. */
export const orders = defineDataset({
  name: 'orders',
  prefix: 'orders/',
  table: 'public.orders',
  key: ['id'],
  limits: { maxRejectShare: 0.05 },
});
