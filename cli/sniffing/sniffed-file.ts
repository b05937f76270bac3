/** How a file is to be read, as `landfall sniff --json` tells it. */
export interface SniffedFile {
  /** As typed. */
  readonly file: string;
  /** How it is packed, outermost first; null: it is not. */
  readonly unpacked: string | null;
  /** One way is meant, and no other comes near. */
  readonly isSure: boolean;
  /** The likeliest first; none where it is no table. */
  readonly ways: readonly Way[];
  /** Lines before the header. */
  readonly skipRows: number;
  /** Names of the columns; null where no line looks like a header. */
  readonly header: readonly string[] | null;
  /** Where no load can take the header, or there is none: names of columns to declare, and the lines before the first record. Null: it can. */
  readonly named: { readonly columns: readonly string[]; readonly skipRows: number } | null;
  /** The table that was asked; null: none was. */
  readonly into: string | null;
  /** Why nothing can be told; null: something can. */
  readonly refusal: string | null;
}

/** One way of reading. */
export interface Way {
  /** Options of load that say it. */
  readonly options: string;
  /** Fields of a dataset that say it. */
  readonly dataset: string;
  /** Records that were looked at, and those that fit: the table's types, or without one the number of cells. */
  readonly records: number;
  readonly fitting: number;
}
