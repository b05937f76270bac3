import { DecodingFault } from '../decoder.ts';

/** Something else stands there than a zip archive has there. */
export function zipCorrupt(byte: number, words: string): DecodingFault {
  return new DecodingFault('ZIP_CORRUPT', byte, words);
}
