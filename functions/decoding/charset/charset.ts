import type { Decoder, DecodingSource } from '../decoder.ts';
import type { Charset } from './names.ts';

/**
 * Brings bytes to UTF-8; the argument is the encoding. It has no faults: what is no character is its record's. The tables are
 * imported where they are needed, since most files are UTF-8 and each process would pay for them.
 */
export const charset: Decoder = {
  kind: 'charset',
  decode: (source, argument) => ({ chunks: transcoded(source, argument as Charset), paddingBytes: 0 }),
};

async function* transcoded(source: DecodingSource, from: Charset): AsyncGenerator<Buffer> {
  const { inUtf8 } = await import('./transcoded.ts');
  yield* inUtf8(source.chunks(), from);
}
