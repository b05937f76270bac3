/** What NULL is written as most often: by COPY in its text format and by MySQL, and by clients that print tables. */
export const usualNullWords: readonly string[] = ['\\N', 'NULL'];
const usualBytes = usualNullWords.map((word) => Buffer.from(word));

/** Words that an unquoted cell may be instead of being empty. */
export interface NullWords {
  readonly words: readonly Buffer[];
  /** 1 for a byte that one of them begins with. */
  readonly starts: Uint8Array;
  /** The dataset says that they are NULL; else they are text, and counted. */
  readonly declared: boolean;
  /** Where they are only counted: 1 for a column of text. */
  readonly counted: Uint8Array;
}

/** Those that the dataset declares; where it declares none, the usual ones, to be counted in the columns of text. */
export function nullWords(of: {
  readonly nulls?: readonly Buffer[];
  readonly textColumns?: readonly boolean[];
}): NullWords {
  const { nulls, textColumns = [] } = of;
  const words = nulls ?? (textColumns.includes(true) ? usualBytes : []);
  const starts = new Uint8Array(256);
  for (const [first] of words) starts[first as number] = 1;
  return { words, starts, declared: nulls !== undefined, counted: Uint8Array.from(textColumns, Number) };
}

/** Whether the cell bytes[start, end) is one of the words, to the letter. */
export function isNullWord(words: readonly Buffer[], bytes: Buffer, start: number, end: number): boolean {
  for (const word of words) {
    if (word.length === end - start && isAt(word, bytes, start)) return true;
  }
  return false;
}

/** Whether the word stands there. Byte by byte: Buffer.compare leaves JavaScript, which costs more than a word has bytes. */
export function isAt(word: Buffer, bytes: Buffer, start: number): boolean {
  for (let i = 0; i < word.length; i += 1) {
    if (bytes[start + i] !== word[i]) return false;
  }
  return true;
}
