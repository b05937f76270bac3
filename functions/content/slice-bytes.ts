import type { ByteRange } from '../objects/store.ts';
import type { Content } from './content.ts';

/** Past the slice's end a record has to be finished, mostly a short one: read little at first, more if it goes on. */
const firstTailBytes = 64 * 1024;
const maxTailBytes = 8 * 1024 * 1024;

/** The slice's bytes from its first record on, and then as many more as its last record needs. */
export async function* sliceBytes(
  content: Content,
  range: ByteRange,
  scanner: { readonly done: boolean },
): AsyncGenerator<Buffer> {
  yield* content.read(range);
  if (content.countsRows) return;
  let tailBytes = firstTailBytes;
  for (let at = range.end; !scanner.done && !(await content.endsAt(at)); ) {
    const end = at + tailBytes;
    for await (const bytes of content.read({ start: at, end })) {
      yield bytes;
      // a chunk more would be behind the place where the next slice goes on
      if (scanner.done) return;
    }
    at = end;
    tailBytes = Math.min(tailBytes * 2, maxTailBytes);
  }
}
