import { DecodingFault } from '../decoder.ts';

/** Something else stands there than Parquet has there. @param byte of the file, from 0. */
export function corrupt(byte: number, words: string): DecodingFault {
  return new DecodingFault('PARQUET_CORRUPT', byte, words);
}

/** It may be sound, but it is written in a way that is not read here. */
export function unreadable(byte: number, words: string): DecodingFault {
  return new DecodingFault('PARQUET_UNREADABLE', byte, words);
}

/** What reads bytes that nobody has checked: whatever it throws, they are damaged. */
export function reading<T>(byte: number, what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof DecodingFault) throw error;
    throw corrupt(byte, `${what} cannot be read${said(error)}`);
  }
}

/** Words of a library about the bytes; those of the machine that fell over them (a TypeError) tell nobody anything. */
function said(error: unknown): string {
  const isOwn = error instanceof Error && error.name === 'Error' && error.message !== '';
  return isOwn ? ` (${error.message})` : '';
}
