import type { ColumnChunk } from 'hyparquet';
import { corrupt } from './faults.ts';
import type { FileBytes } from './file-bytes.ts';
import type { Footer } from './footer.ts';
import { type PackedPage, pagesOf } from './pages/chunk.ts';
import type { Texts } from './pages/values.ts';

/** Where one column of a row group is read. */
export interface ColumnPlace {
  readonly file: FileBytes;
  readonly footer: Footer;
  readonly chunk: ColumnChunk;
  /** Read at once. */
  readonly windowBytes: number;
}

/** The cells of a column in a row group, read forward. */
export interface Cells {
  /** Those that fill() asked for last. */
  readonly texts: Texts;
  /** Passes over the pages that come next and have at most so many rows, as long as none is begun; answers how many rows they had. */
  readonly pass: (rows: number) => Promise<number>;
  /** How many rows can be filled without reading, at least one. */
  readonly ready: () => Promise<number>;
  readonly fill: (rows: number) => void;
  /** Throws where values are left. */
  readonly end: () => Promise<void>;
}

/** Pages until the column has no more values. */
export interface ColumnPages {
  readonly next: () => Promise<PackedPage | null>;
  /** Passes over the next page where it has at most so many values; answers how many, 0 where it has more, null where it is none of values. */
  readonly pass: (values: number) => Promise<number | null>;
  /** Values that the page had. */
  readonly took: (values: number) => void;
  /** Whether pages of values are left. */
  readonly isAtEnd: () => Promise<boolean>;
  /** Of the file's byte that is read next. */
  readonly offset: number;
}

/** Of one column of a row group. */
export function columnPages({ file, footer, chunk, windowBytes }: ColumnPlace): ColumnPages {
  const pages = pagesOf({ file, footer }, chunk, windowBytes);
  const values = Number(chunk.meta_data?.num_values ?? -1n);
  let taken = 0;
  const took = (count: number): void => {
    taken += count;
    if (taken > values) throw corrupt(pages.offset, `the pages of a column have more than its ${values} values`);
  };
  return {
    next: async () => (taken < values ? await pages.next() : null),
    async pass(most) {
      const passed = taken < values ? await pages.pass(most) : 0;
      took(passed ?? 0);
      return passed;
    },
    took,
    isAtEnd: async () => taken >= values,
    get offset() {
      return pages.offset;
    },
  };
}
