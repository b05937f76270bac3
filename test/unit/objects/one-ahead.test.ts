import { describe, expect, it } from 'vitest';
import { oneAhead } from '../../../functions/objects/one-ahead.ts';

describe('fetching one ahead', () => {
  it('begins at most one fetch beyond what the consumer was given, however slow it is', async () => {
    const begun: number[] = [];
    const given: number[] = [];
    const pieces = oneAhead([1, 2, 3, 4], async (piece) => {
      begun.push(piece);
      return piece * 10;
    });
    for await (const result of pieces) {
      given.push(result);
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(begun.length).toBe(Math.min(given.length + 1, 4));
    }
    expect(given).toEqual([10, 20, 30, 40]);
  });

  it('throws a failure at its place, after the results before it', async () => {
    const given: number[] = [];
    const reading = async () => {
      for await (const result of oneAhead([1, 2, 3], failingAt(2))) given.push(result);
    };
    await expect(reading()).rejects.toThrow('piece 2');
    expect(given).toEqual([1]);
  });

  it('stops the fetch under way when the consumer leaves, and waits for it', async () => {
    let ended = false;
    const pieces = oneAhead([1, 2], async (piece, stopped) => {
      if (piece === 2) await new Promise((resolve) => stopped.addEventListener('abort', resolve));
      ended = piece === 2;
      return piece;
    });
    for await (const result of pieces) {
      expect(result).toBe(1);
      break;
    }
    expect(ended).toBe(true);
  });

  it('a failure that nobody waits for any more ends nothing', async () => {
    for await (const result of oneAhead([1, 2], failingAt(2))) {
      expect(result).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 5));
      break;
    }
  });
});

function failingAt(bad: number): (piece: number) => Promise<number> {
  return async (piece) => {
    if (piece === bad) throw new Error(`piece ${piece}`);
    return piece;
  };
}
