import type { DecodingSource, Unpacker } from '../decoder.ts';

/**
 * One file of a zip archive, read from the bytes that its directory says; nothing is ever written under a name of an archive. The
 * directory is yauzl's to read; data, check sum and length of the file are proven here. Both are imported where there is an archive.
 */
export const zip: Unpacker = {
  kind: 'zip',
  begins: (head) => isArchive(head) && !isDocument(head),
  choose: async (source, asked) => (await import('./choose.ts')).chosenMember(source, asked),
  decode: (source, name) => ({ chunks: unpacked(source, name ?? ''), paddingBytes: 0 }),
};

async function* unpacked(source: DecodingSource, name: string): AsyncGenerator<Buffer> {
  const { member } = await import('./member.ts');
  yield* member(source, name);
}

function isArchive(head: Buffer): boolean {
  return ['504b0304', '504b0506', '504b0708'].includes(head.toString('hex', 0, 4));
}

/** A spreadsheet or another document that is an archive inside: its first file has a name that they begin with. */
function isDocument(head: Buffer): boolean {
  const first = head.toString('latin1', 30, 60);
  return ['[Content_Types].xml', '_rels/', 'xl/', 'docProps/', 'customXml/', 'mimetype'].some((name) =>
    first.startsWith(name),
  );
}
