import { DecodingFault } from './decoder.ts';

/** The bytes end where more of them has to follow. */
export function cutOff({ offset }: { readonly offset: number }): DecodingFault {
  return corrupt(offset, 'it ends there, in the middle: it was cut off');
}

/** Something else stands there than gzip has there. */
export function corrupt(byte: number, words: string): DecodingFault {
  return new DecodingFault('GZIP_CORRUPT', byte, words);
}
