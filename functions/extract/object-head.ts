import { documentStep, unpackingStep } from '../content/decoding-chain.ts';
import { type Head, headOf } from '../content/head.ts';
import { withContent } from '../content/open-content.ts';
import { headOfTable } from '../content/row-content.ts';
import type { DeclaredDecoding } from '../core/decoding/declared.ts';
import { shownObject } from '../core/object-url.ts';
import { unpackerOf } from '../decoding/all.ts';
import { encodingOf } from '../decoding/charset/encoding-of.ts';
import type { Unpacker } from '../decoding/decoder.ts';
import type { DeclaredCharset } from '../decoding/charset/names.ts';
import type { DecodingStep } from '../decoding/steps.ts';
import type { Format } from '../formats/format.ts';
import type { ObjectStore, StoredObject } from '../objects/store.ts';
import { LoadRejected } from '../protocol/errors.ts';
import { isRejectsFile } from '../replay/mended-header.ts';

/** Of the content's first bytes this many are searched for the header: 10,000 columns of 100 characters. */
const headBytes = 1024 * 1024;

/** How an object is decoded, and the first bytes of what it holds. */
export interface ObjectHead {
  /** Outermost first; null: not at all. */
  readonly decoding: readonly DecodingStep[] | null;
  readonly head: Head;
}

/** What is known before it is looked at. */
interface ReadAs {
  readonly declared?: DeclaredDecoding | undefined;
  /** Absent: where records stand in a document, the head is the document's. */
  readonly format?: Pick<Format, 'document' | 'isArchive'> | undefined;
  /** Of a table that is read by its rows the header is enough, where all of its columns have a name. */
  readonly headerOnly?: boolean;
}

/**
 * Unpacked as its first bytes say, whatever its name is, then brought to UTF-8 as is declared or as a byte order mark says. A
 * rejects.csv that comes back is UTF-8. Last comes the document that records of the format stand in. Throws LoadRejected where
 * it does not unpack that far or is no such document, and WRONG_ENCODING.
 */
export async function readObjectHead(
  store: ObjectStore,
  object: StoredObject,
  { declared = {}, format, headerOnly = false }: ReadAs = {},
): Promise<ObjectHead> {
  const headThrough = async (steps: readonly DecodingStep[]): Promise<Head> =>
    await withContent(store, { object, decoding: steps.length === 0 ? null : steps }, (content) =>
      headOf(content, headBytes),
    );
  const steps: DecodingStep[] = [];
  let head = await headThrough(steps);
  const unpackerFor = ({ bytes }: Head): Unpacker | null =>
    format?.isArchive?.(bytes) === true ? null : unpackerOf(bytes);
  for (let unpacker = unpackerFor(head); unpacker !== null; unpacker = unpackerFor(head)) {
    steps.push(await unpackingStep(unpacker, { store, object, before: steps, member: declared.member }));
    head = await headThrough(steps);
  }
  if (declared.member !== undefined && steps[0]?.kind !== 'zip') {
    throw new LoadRejected(
      'ZIP_MEMBER',
      `${shownObject(object)}: a file of an archive is asked for (--member, in a dataset member), and it is no zip archive; load it without`,
    );
  }
  const charset = isRejectsFile(head) ? null : charsetOf(head, object, declared);
  if (charset !== null) {
    steps.push({ kind: 'charset', argument: charset });
    head = await headThrough(steps);
  }
  const document = isRejectsFile(head) ? null : (format?.document?.(head.bytes, head.isAll) ?? null);
  if (document !== null) {
    const step = await documentStep(document, { store, object, before: [...steps] });
    const header = headerOnly && steps.length === 0 ? await headOfTable(store, object, step) : null;
    steps.push(step);
    head = header ?? (await headThrough(steps));
  }
  return { decoding: steps.length === 0 ? null : steps, head };
}

/** Throws WRONG_ENCODING. */
function charsetOf({ bytes }: Head, object: StoredObject, { encoding }: DeclaredDecoding): string | null {
  // declared-decoding.ts wrote it
  const found = encodingOf(bytes, encoding as DeclaredCharset | undefined);
  if ('charset' in found) return found.charset;
  throw new LoadRejected('WRONG_ENCODING', `${shownObject(object)}: ${found.problem}`);
}
