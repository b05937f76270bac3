import { DecodingFault } from './decoder.ts';

/** Staging takes so much without harm, whatever it was packed to. */
const anyBytes = 128 * 1024 * 1024;

/** Throws DECODED_TOO_LARGE where bytes unpack to more than a table does. @param times as much as that may be */
export function requireMeant(decodedBytes: number, packedBytes: number, times: number): void {
  if (decodedBytes <= anyBytes || decodedBytes <= times * packedBytes) return;
  const words = `its first ${packedBytes} bytes unpack to more than ${decodedBytes}, over ${times} times as many, which no table does`;
  throw new DecodingFault('DECODED_TOO_LARGE', packedBytes, words);
}
