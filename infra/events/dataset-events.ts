/** The part of a declared dataset that says when its files come; nothing of it is about their rows. */
export interface DatasetEvents {
  readonly name: string;
  /** Null: files reach it by a person's request only. */
  readonly prefix: string | null;
  readonly upload?:
    | {
        readonly suffixes?: readonly string[] | undefined;
        readonly minBytes?: number | undefined;
        readonly maxBytes?: number | undefined;
      }
    | undefined;
  readonly schedule?:
    | {
        readonly expression: string;
        readonly timeZone?: string | undefined;
        readonly windowMinutes?: number | undefined;
      }
    | undefined;
  readonly fetch?: { readonly url: string; readonly secret?: string | undefined } | undefined;
}

/** A dataset's name as the id of a construct: letters and digits, so that no two names become one by accident. */
export function idOf({ name }: DatasetEvents): string {
  return name.replaceAll(/[^A-Za-z0-9]+/g, (other) => `-${Buffer.from(other).toString('hex')}-`);
}
