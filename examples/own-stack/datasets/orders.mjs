import { defineDataset } from 'landfall';

/** A partner sends them every night; an order that was cancelled has no amount. */
export const orders = defineDataset({
  name: 'orders',
  prefix: 'orders/',
  table: 'public.orders',
  key: ['id'],
  expectEveryHours: 26,
});
