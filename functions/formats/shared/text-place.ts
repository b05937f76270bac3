/** Where a record of text stands, in words: the byte counts from 0, in the object. */
export function textPlace({ line, byteOffset }: { readonly line: number; readonly byteOffset: number }): string {
  return `line ${line} (byte ${byteOffset})`;
}
