import type { LoadCode } from '../../protocol/load-codes.ts';

/** A header cell and the target's column of its name: null where it is ignored, undefined where there is none. */
export interface Found {
  readonly header: string;
  readonly fills: string | null | undefined;
  readonly unnamed?: true;
  readonly captured?: true;
}

/** What is wrong with a header. Its words are made only where they are told. */
export interface Problem {
  readonly code: LoadCode;
  readonly message: () => string;
}

/** Of what is wrong with a header so much is told one by one: with a thousand columns nobody reads more. */
export const problemsTold = 12;
