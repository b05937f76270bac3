import { byteTranscoder } from './byte-transcoder.ts';
import type { Charset } from './names.ts';
import type { Transcoder } from './transcoder.ts';
import { utf16Transcoder, utf32Transcoder } from './wide-transcoder.ts';

/** 64 KiB of any encoding are at most 192 KiB of UTF-8, but for the signs of what is no character. */
const pieceBytes = 64 * 1024;

/** The same bytes in UTF-8, piece by piece. */
export async function* inUtf8(chunks: AsyncIterable<Buffer>, from: Charset): AsyncGenerator<Buffer> {
  const transcoder = transcoderOf(from);
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += pieceBytes) {
      const utf8 = transcoder.push(chunk.subarray(at, at + pieceBytes));
      if (utf8.length > 0) yield utf8;
    }
  }
  const rest = transcoder.end();
  if (rest.length > 0) yield rest;
}

/** Begins at the first byte of what is in this encoding. */
export function transcoderOf(from: Charset): Transcoder {
  switch (from) {
    case 'utf-16le':
    case 'utf-16be':
      return utf16Transcoder(from === 'utf-16be');
    case 'utf-32le':
    case 'utf-32be':
      return utf32Transcoder(from === 'utf-32be');
    default:
      return byteTranscoder(from);
  }
}
