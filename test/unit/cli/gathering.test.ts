import { expect, test } from 'vitest';
import { gatherer } from '../../../cli/loading/gathering.ts';
import type { Landed } from '../../../cli/loading/landing.ts';

const landed = (name: string, sizeBytes = 1, version = 'v'): Landed => ({
  ...{ path: `/l/orders/${name}`, key: `orders/${name}`, version, sizeBytes },
  ...{ changedNs: 1n, lastModified: new Date(0) },
});
const gather = { seconds: 60, maxObjects: 3, maxBytes: 100 };
const orders = { name: 'orders', gather };

test('files wait for others until the window of their dataset is over, and each dataset has its own', () => {
  let time = 0;
  const gathering = gatherer(() => time);
  const due = (at: number): readonly string[] => {
    time = at;
    return gathering.due().map(({ dataset, files }) => `${dataset}: ${files.map(({ key }) => key).join(' ')}`);
  };
  gathering.add(landed('a'), orders);
  expect(due(59_999)).toEqual([]);
  gathering.add(landed('b'), orders);
  gathering.add(landed('c'), { name: 'other', gather });
  expect(due(60_000)).toEqual(['orders: orders/a orders/b']);
  gathering.add(landed('d'), orders);
  expect(due(119_999)).toEqual(['other: orders/c']);
  expect(due(120_000)).toEqual(['orders: orders/d']);
});

test('a window is over once it is full, and what is too much is loaded in parts; of a file that was replaced the newer one is left', () => {
  const gathering = gatherer(() => 0);
  const due = (): readonly string[] => gathering.due().map(({ files }) => files.map(({ key }) => key).join(' '));
  for (const name of ['a', 'b', 'c', 'd']) gathering.add(landed(name), orders);
  expect(due()).toEqual(['orders/a orders/b orders/c', 'orders/d']);
  gathering.add(landed('a'), orders);
  gathering.add(landed('b', 50), orders);
  gathering.add(landed('a', 2, 'w'), orders);
  expect(due()).toEqual([]);
  gathering.add(landed('a', 50, 'x'), orders);
  expect(due()).toEqual(['orders/b orders/a']);
});
