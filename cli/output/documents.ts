/** Rises where a field goes or changes what it means; fields that are added leave it as it is. */
const schemaVersion = 1;

/** A JSON document that the command prints, on one line: each says of which version its form is. */
export function documentLine(document: object): string {
  return `${JSON.stringify(versioned(document))}\n`;
}

/** The same as a value, for what is printed inside of a list. */
export function versioned<T extends object>(document: T): { readonly schemaVersion: 1 } & T {
  return { schemaVersion, ...document };
}
