/** How an answer is shown: to whom, and what they would type next. */
export interface View {
  /** Where the person stands: paths are shown from there. */
  readonly folder: string;
  /** The whole command line of a verb and its arguments. */
  readonly command: (rest: string) => string;
}
