/** What is declared of the bytes before records are told apart in them; what is absent is told by the bytes. */
export interface DeclaredDecoding {
  /** Their encoding, as functions/decoding/charset/names.ts has it. */
  readonly encoding?: string;
  /** Which file of an archive is meant: its name, or a pattern with * and ?. */
  readonly member?: string;
}
