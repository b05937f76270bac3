import type { Content } from './content.ts';

/** The first bytes of a content. */
export interface Head {
  readonly bytes: Buffer;
  /** Nothing follows them. */
  readonly isAll: boolean;
}

/** At most so many of the first bytes, put together. */
export async function headOf(content: Content, mostBytes: number): Promise<Head> {
  const chunks: Buffer[] = [];
  for await (const chunk of content.read({ start: 0, end: mostBytes })) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  return { bytes, isAll: bytes.length < mostBytes || (await content.endsAt(bytes.length)) };
}
