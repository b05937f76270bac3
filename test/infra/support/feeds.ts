import type { DatasetEvents } from '../../../infra/events/dataset-events.ts';

/** Datasets that use everything a dataset can say about when its files come. */
export const feeds: readonly DatasetEvents[] = [
  { name: 'plain', prefix: 'plain/' },
  { name: 'ad hoc', prefix: null },
  {
    name: 'orders-v2',
    prefix: 'a*b/',
    upload: { suffixes: ['.csv', '.tsv'], minBytes: 1, maxBytes: 1000 },
    schedule: { expression: 'cron(0 2 * * ? *)', timeZone: 'Europe/Berlin', windowMinutes: 15 },
  },
  {
    name: 'rates',
    prefix: 'rates/',
    schedule: { expression: 'rate(1 day)' },
    fetch: { url: 'https://rates.example.com/today.csv', secret: 'rates/login' },
  },
];
