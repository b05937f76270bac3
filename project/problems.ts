/** Where in what a file says. */
export type Place = readonly (string | number)[];

/** What is wrong with one file of a project. */
export interface FileProblem {
  /** Absolute. */
  readonly file: string;
  /** The dataset of the file that it is about, as far as it is known. */
  readonly dataset: string | null;
  /** The way to it: of a module the name of an export first, then fields and places in lists from 0. Empty: it is about the whole file. */
  readonly at: Place;
  /** Where a module ended by itself while it was read, which is then the place; null: `at` says it. */
  readonly thrownAt: { readonly line: number; readonly column: number } | null;
  /** In words: where in the file, what, and what is right. */
  readonly message: string;
}

/** A project whose config cannot be used. */
export class ProjectError extends Error {
  override readonly name = 'ProjectError';
}
