import type { Measured } from '../runtime/metrics.ts';

/** What came of a fetch. `bytes` are those of the landed object, after decompression. */
export type Fetched =
  | { readonly result: 'LANDED'; readonly object: string; readonly bytes: number; readonly attempts: number }
  /** The server has what was fetched last. */
  | { readonly result: 'UNCHANGED' }
  /** This scheduled time's file is there already: the event came twice. */
  | { readonly result: 'LANDED_BEFORE'; readonly object: string };

/** What it is measured by; nothing where the event came twice. */
export function fetchMetrics(fetched: Fetched): Measured['values'] {
  switch (fetched.result) {
    case 'LANDED':
      return { FilesFetched: 1, BytesFetched: fetched.bytes };
    case 'UNCHANGED':
      return { FetchesUnchanged: 1 };
    case 'LANDED_BEFORE':
      return {};
  }
}
