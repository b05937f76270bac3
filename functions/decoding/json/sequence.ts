import { CR, LF } from '../../core/format/json-bytes.ts';
import type { Decoder } from '../decoder.ts';

/** What stands before each text of a sequence (RFC 7464). */
const RS = 0x1e;

/**
 * A sequence of JSON texts (RFC 7464) becomes one text a line, byte by byte: a line feed for a separator, a carriage return for a line
 * feed, which between tokens is as blank as that and in a string no more JSON. No sound string holds a separator, so a text that is cut
 * off or faulty is over where the next one begins. Each byte keeps its place and is told without those before it, so that a reader may
 * begin anywhere.
 */
export const jsonSequence: Decoder = {
  kind: 'json-seq',
  decode: (source) => ({ chunks: textsAsLines(source.chunks()), paddingBytes: 0 }),
};

/** Any bytes of a sequence, as many as they were. */
export async function* textsAsLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    const lines = Buffer.allocUnsafeSlow(chunk.length);
    for (let i = 0; i < chunk.length; i += 1) {
      const byte = chunk[i] as number;
      lines[i] = byte === RS ? LF : byte === LF ? CR : byte;
    }
    yield lines;
  }
}
