import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FileColumn } from '../../../../functions/core/contract.ts';
import { cutObjects, leastSliceBytes, type PlannedMember } from '../../../../functions/extract/planning/cut-objects.ts';
import { sliceRanges } from '../../../../functions/extract/slice-ranges.ts';

const MIB = 1024 * 1024;
const body = 10;

interface Told {
  readonly size?: number;
  readonly columns?: string;
  readonly packed?: boolean;
}

function plannedAll(told: readonly Told[], most = 32 * MIB): readonly PlannedMember[] {
  return told.map(({ size = 100, columns = 'a,b', packed = false }, i): PlannedMember => {
    const key = `f${i}.csv${packed ? '.gz' : ''}`;
    const object = { bucket: 'b', key, versionId: '1', etag: null, sizeBytes: size, sequencer: null, lastModified: '' };
    const fileColumns = columns.split(',').map((header): FileColumn => ({ header, column: null }));
    return {
      member: { ordinal: i + 1, object, loadedBy: null, isRefused: false, plan: null },
      plan: {
        ...{ fileColumns, bodyOffset: body, bodyLine: 2, lineEnd: 'lf', sniffed: null, bodyEnd: null, trailer: null },
        decoding: packed ? [{ kind: 'gzip' }] : null,
        decodedBytes: null,
        ranges: packed ? [] : sliceRanges(body, size, most),
      },
    };
  });
}

/** The ordinals that share each slice. */
function runsOf({ runs }: ReturnType<typeof cutObjects>): readonly (readonly number[])[] {
  return [...Map.groupBy(runs, ([, slice]) => slice).values()].map((run) => run.map(([ordinal]) => ordinal));
}

test('neighbours share a slice where they are read alike and are small together', () => {
  const cut = cutObjects(
    plannedAll([{}, {}, { columns: 'b,a' }, {}, { packed: true }, { packed: true }, { size: 40 * MIB }, {}, {}]),
    undefined,
  );
  expect(runsOf(cut)).toEqual([
    [1, 2],
    [5, 6],
    [8, 9],
  ]);
  // each begins where its first object's records do; nobody knows yet where it ends
  expect(cut.slices.map(({ slice, object, rangeStart, rangeEnd }) => [slice, object, rangeStart, rangeEnd])).toEqual([
    [0, 1, body, body + 2 ** 50],
    [1, 3, body, 100],
    [2, 4, body, 100],
    [3, 5, body, body + 2 ** 50],
    [4, 7, body, body + 32 * MIB],
    [5, 7, body + 32 * MIB, 40 * MIB],
    [6, 8, body, body + 2 ** 50],
  ]);
});

test('a slice has as many bytes as it may have, those of packed objects estimated, and 500 objects at most', () => {
  expect(runsOf(cutObjects(plannedAll(Array.from({ length: 5 }, () => ({ size: 40 }))), 100))).toEqual([
    [1, 2],
    [3, 4],
  ]);
  const packed = Array.from({ length: 4 }, () => ({ size: 10, packed: true }));
  expect(runsOf(cutObjects(plannedAll(packed), 200))).toEqual([
    [1, 2],
    [3, 4],
  ]);
  const many = cutObjects(plannedAll(Array.from({ length: 1_201 }, () => ({}))), undefined);
  expect(runsOf(many).map(({ length }) => length)).toEqual([500, 500, 201]);
});

test('what is cut into more than 1,000 slices is refused, and how it can be loaded is said', () => {
  const turned = plannedAll(Array.from({ length: 1_001 }, (_, i) => ({ columns: i % 2 === 0 ? 'a,b' : 'b,a' })));
  expect(() => cutObjects(turned, undefined)).toThrow(/1,001 objects are cut into 1,001 slices.*1,000/u);
  expect(cutObjects(turned.slice(1), undefined).slices).toHaveLength(1_000);
});

test('up to 10,000 objects that are read alike are 1,000 slices at most, and each is in them once, in its order', () => {
  const told = fc.record({ size: fc.oneof(fc.nat(100), fc.nat(20 * MIB), fc.nat(400 * MIB)), packed: fc.boolean() });
  const sets = fc
    .tuple(fc.array(told, { minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 10_000 }))
    // packed alike, as one source does it
    .map(([some, count]) =>
      Array.from({ length: count }, (_, i) => ({ size: some[i % some.length]?.size ?? 0, packed: some[0]?.packed })),
    );
  fc.assert(
    fc.property(sets, (set) => {
      const members = plannedAll(set.map(({ size, packed = false }) => ({ size: size + body, packed })));
      const most = Math.max(32 * MIB, leastSliceBytes(members.map(({ member }) => member)));
      const planned = members.map((each) => ({
        ...each,
        plan: { ...each.plan, ranges: sliceRanges(body, each.member.object.sizeBytes, most) },
      }));
      const { slices, runs } = cutObjects(planned, most);
      expect(slices.length).toBeLessThanOrEqual(1_000);
      expect(slices.map(({ slice }) => slice)).toEqual([...slices.keys()]);
      const inOrder = slices.flatMap(({ slice, object = 0 }) => {
        const run = [...runs].filter(([, shared]) => shared === slice).map(([ordinal]) => ordinal);
        return run.length === 0 ? [object] : run;
      });
      const withRecords = planned.flatMap(({ member, plan }) =>
        plan.decoding === null && plan.ranges.length === 0 && !runs.has(member.ordinal) ? [] : [member.ordinal],
      );
      expect([...new Set(inOrder)]).toEqual(withRecords);
    }),
    { numRuns: 12 },
  );
});
