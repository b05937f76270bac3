import { rowsCounted } from '../decoding/steps.ts';
import type { ByteRange, ObjectStore } from '../objects/store.ts';
import type { Content, ContentPart, PackedObject } from './content.ts';
import { contentOf } from './open-content.ts';

/** One of the objects whose records stand in one slice, behind one another. */
export interface PartOfRun {
  readonly object: PackedObject;
  /** Its own offsets in which its records stand. */
  readonly body: ByteRange;
  /** An offset in the run is one in the object and so many more. */
  readonly shift: number;
  /** The physical line, from 1, that its records begin at. */
  readonly line: number;
}

/** The bytes of several objects that hold their records, in their order; what stands before them is none of it. Opens one object at a time. */
export function runContent(store: ObjectStore, run: readonly PartOfRun[]): Content {
  const parts = run.map(
    ({ object, body, shift, line }): ContentPart => ({ body, shift, line, open: () => contentOf(store, object) }),
  );
  const last = parts.at(-1);
  const length = last === undefined ? 0 : last.body.end + last.shift;
  const [first] = run;
  return {
    length,
    entersAnywhere: true,
    countsRows: first !== undefined && rowsCounted(first.object.decoding) !== null,
    parts,
    async *read({ start, end }) {
      for (const { body, shift, open } of parts) {
        const own = { start: Math.max(body.start, start - shift), end: Math.min(body.end, end - shift) };
        if (own.start >= own.end) continue;
        const content = open();
        try {
          yield* content.read(own);
        } finally {
          await content.close();
        }
      }
    },
    endsAt: async (offset) => offset >= length,
    paddingBytes: 0,
    trailer: null,
    notes: [],
    close: async () => undefined,
  };
}
