import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxSlices, sliceRanges } from '../../../functions/extract/slice-ranges.ts';

describe('byte ranges of an object', () => {
  it('tile the body, are as long as wished, and never more than 1,000', () => {
    fc.assert(
      fc.property(
        fc.nat(100),
        fc.nat(2 ** 45),
        fc.integer({ min: 1, max: 2 ** 30 }),
        (bodyOffset, bodyBytes, wished) => {
          const size = bodyOffset + bodyBytes;
          const ranges = sliceRanges(bodyOffset, size, wished);
          expect(ranges.length).toBeLessThanOrEqual(maxSlices);
          expect(ranges.length === 0).toBe(bodyBytes === 0);
          let at = bodyOffset;
          for (const [i, range] of ranges.entries()) {
            expect(range).toMatchObject({ slice: i, rangeStart: at });
            expect(range.rangeEnd).toBeGreaterThan(range.rangeStart);
            at = range.rangeEnd;
          }
          expect(at).toBe(size);
          if (bodyBytes <= wished * maxSlices)
            expect(ranges[0]?.rangeEnd ?? size).toBe(Math.min(bodyOffset + wished, size));
        },
      ),
    );
  });
});
