import { BACKSLASH, BLANK, CR, LF, QUOTE, TAB } from '../../core/format/json-bytes.ts';
import type { Decoder } from '../decoder.ts';

/** What stands before each text of a sequence (RFC 7464). */
const RS = 0x1e;

/**
 * A sequence of JSON texts (RFC 7464) becomes one text a line, by its own bytes: a blank is put for a line end between tokens, a carriage
 * return for one inside of a string, which is no JSON either way. No sound string holds a record separator, so a text that is cut off
 * or faulty is over where the next one begins. Texts of blanks alone are passed over, as a second separator is. Memory: a chunk.
 */
export const jsonSequence: Decoder = {
  kind: 'json-seq',
  decode: (source) => ({ chunks: lines(source.chunks()), paddingBytes: 0 }),
};

async function* lines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const state: State = { isBegun: false, isOpen: false, isString: false, isEscaped: false, holdsBlank: false };
  for await (const chunk of chunks) {
    const written = lineBytes(state, chunk);
    if (written.length > 0) yield written;
  }
  if (state.isOpen) yield Buffer.of(LF);
}

/** Where reading stands between two chunks. */
interface State {
  /** A separator was met: a byte order mark and blanks may stand before the first one. */
  isBegun: boolean;
  /** A text has more than blanks. */
  isOpen: boolean;
  isString: boolean;
  /** The byte before was a backslash that escapes the next one. */
  isEscaped: boolean;
  /** A line end was read, which is written as a blank unless it is the last byte of its text. */
  holdsBlank: boolean;
}

function lineBytes(state: State, chunk: Buffer): Buffer {
  // each byte becomes one at most, and a blank may be held from the chunk before
  const written = Buffer.allocUnsafe(chunk.length + 1);
  let at = 0;
  for (const byte of chunk) {
    if (byte === RS) {
      if (state.isOpen) written[at++] = LF;
      Object.assign(state, { isBegun: true, isOpen: false, isString: false, isEscaped: false, holdsBlank: false });
      continue;
    }
    const isBlank = byte === BLANK || byte === TAB || byte === CR || byte === LF;
    if (!state.isBegun || (!state.isOpen && isBlank)) continue;
    state.isOpen = true;
    if (state.holdsBlank) written[at++] = BLANK;
    state.holdsBlank = byte === LF && !state.isString;
    if (!state.holdsBlank) written[at++] = byte === LF ? CR : byte;
    if (state.isEscaped) state.isEscaped = false;
    else if (byte === BACKSLASH) state.isEscaped = state.isString;
    else if (byte === QUOTE) state.isString = !state.isString;
  }
  return written.subarray(0, at);
}
