import type { Decoder, DecodingSource } from '../decoder.ts';

/**
 * A document of JSON (RFC 8259) becomes its records, one a line: the elements of its array, or of the one at the path, which is
 * the argument as a JSON pointer; an object in their place is one record. Each stands as it does in the document, but that
 * blanks are put for line ends. Memory: a chunk, whatever a record has.
 */
export const json: Decoder = {
  kind: 'json',
  decode: (source, argument) => ({ chunks: walked(source, argument ?? ''), paddingBytes: 0 }),
};

/** The walker is imported where there is such a document. */
async function* walked(source: DecodingSource, pointer: string): AsyncGenerator<Buffer> {
  const { records } = await import('./records.ts');
  yield* records(source.chunks(), pointer);
}
