import { expect, test } from 'vitest';
import { growingSliceBytes } from '../../../functions/stage/growing-slices.ts';

const MIB = 1024 * 1024;
const bytesOf = (slices: number, wished: number): number =>
  Array.from({ length: slices }, (_, slice) => growingSliceBytes(slice, wished)).reduce((sum, bytes) => sum + bytes, 0);

test('slices have the wished length for as long as objects are of usual size', () => {
  expect(bytesOf(600, 32 * MIB)).toBe(600 * 32 * MIB);
});

test('a thousand slices hold any object, also where tiny ones are wished for', () => {
  expect(bytesOf(1_000, 64)).toBeGreaterThan(1024 * MIB);
  expect(bytesOf(1_000, 32 * MIB)).toBeGreaterThan(50 * 1024 ** 4);
});

test('slices grow step by step: each is as long as the one before it or twice as long', () => {
  for (let slice = 1; slice < 1_000; slice += 1) {
    expect([1, 2]).toContain(growingSliceBytes(slice, 64) / growingSliceBytes(slice - 1, 64));
  }
});
