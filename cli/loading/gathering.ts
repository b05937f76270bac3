import type { Gathering } from '../../functions/ledger/windows/gather.ts';
import type { Landed } from './landing.ts';

/** Files that are loaded together. */
export interface Window {
  readonly dataset: string;
  /** In the order in which they came. */
  readonly files: readonly Landed[];
}

/** Files of datasets that gather, until they are loaded. */
export interface Gatherer {
  /** Puts a file into its dataset's window; in place of what was there before, which is gone. */
  add(landed: Landed, dataset: { readonly name: string; readonly gather: Gathering }): void;
  /** Windows that are over, or full: they are the caller's, and what comes next opens new ones. */
  due(): readonly Window[];
}

/** Windows of a folder that one process watches. What it forgets with its end is found in the folder at the next start. */
export function gatherer(now: () => number = () => Date.now()): Gatherer {
  const open = new Map<string, { readonly gather: Gathering; readonly since: number; readonly files: Landed[] }>();
  return {
    add(landed, { name, gather }) {
      const window = open.get(name) ?? { gather, since: now(), files: [] };
      open.set(name, window);
      const before = window.files.findIndex(({ path }) => path === landed.path);
      if (before >= 0) window.files.splice(before, 1);
      window.files.push(landed);
    },
    due() {
      const over = [...open].filter(([, { gather, since, files }]) => {
        const bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
        const isFull = files.length >= gather.maxObjects || bytes >= gather.maxBytes;
        return isFull || now() - since >= gather.seconds * 1_000;
      });
      return over.flatMap(([dataset, { gather, files }]) => {
        open.delete(dataset);
        return partsOf(files, gather.maxObjects).map((part) => ({ dataset, files: part }));
      });
    },
  };
}

/** Many files may be there at once. */
function partsOf(files: readonly Landed[], most: number): readonly (readonly Landed[])[] {
  const parts = Math.ceil(files.length / most);
  return Array.from({ length: parts }, (_, part) => files.slice(part * most, (part + 1) * most));
}
