const UTF8_BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** Bytes of the UTF-8 byte order mark that an object begins with: 3, or 0. */
export function utf8BomBytes(head: Buffer): number {
  return head.subarray(0, UTF8_BOM.length).equals(UTF8_BOM) ? UTF8_BOM.length : 0;
}

/** The encoding that a byte order mark other than UTF-8's tells; UTF-32 first, because its mark starts with UTF-16's. */
export function foreignEncoding(head: Buffer): string | null {
  const mark = head.subarray(0, 4).toString('hex');
  if (mark === 'fffe0000' || mark === '0000feff') return 'UTF-32';
  return mark.startsWith('fffe') || mark.startsWith('feff') ? 'UTF-16' : null;
}
