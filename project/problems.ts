/** What is wrong with one file of a project. */
export interface FileProblem {
  /** Absolute. */
  readonly file: string;
  /** The dataset of the file that it is about, as far as it is known. */
  readonly dataset: string | null;
  /** In words: where in the file, what, and what is right. */
  readonly message: string;
}

/** A project whose config cannot be used. */
export class ProjectError extends Error {
  override readonly name = 'ProjectError';
}
