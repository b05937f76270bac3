const UTF8_BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** Bytes of the UTF-8 byte order mark that an object begins with: 3, or 0. */
export function utf8BomBytes(head: Buffer): number {
  return head.subarray(0, UTF8_BOM.length).equals(UTF8_BOM) ? UTF8_BOM.length : 0;
}
