import { LoadRejected } from '../protocol/errors.ts';
import { decoders } from '../decoding/all.ts';
import {
  type Decoding,
  type DecodingCode,
  DecodingFault,
  type DecodingSource,
  type Unpacker,
} from '../decoding/decoder.ts';
import { type DecodingStep, namedSteps, placesIn } from '../decoding/steps.ts';
import { shownObject } from '../core/object-url.ts';
import type { ObjectStore, StoredObject } from '../objects/store.ts';

/** The bytes of an object through all of its decoders. Throws LoadRejected where one of them has a fault. */
export function decodingChain(store: ObjectStore, object: StoredObject, steps: readonly DecodingStep[]): Decoding {
  const opened: Decoding[] = [];
  let source = storedSource(store, object);
  for (const [i, { kind, argument }] of steps.entries()) {
    const decoding = decoders[kind].decode(source, argument);
    opened.push(decoding);
    const before = steps.slice(0, i);
    const chunks = refusing(decoding.chunks, (fault) => refusal(object, before, fault));
    source = { sizeBytes: null, chunks: () => chunks, read: null };
  }
  return {
    chunks: source.chunks(),
    get paddingBytes() {
      return opened.reduce((sum, { paddingBytes }) => sum + paddingBytes, 0);
    },
    get trailer() {
      return opened.at(-1)?.trailer ?? null;
    },
    get notes() {
      return opened.flatMap(({ notes = [] }) => notes);
    },
  };
}

/**
 * The step for what is packed in this way inside of these steps, by the file that is meant where it is an archive. Throws
 * LoadRejected ZIP_MEMBER and the like.
 */
export async function unpackingStep(
  { kind, choose }: Unpacker,
  { store, object, before, member }: UnpackedIn,
): Promise<DecodingStep> {
  try {
    if (before.length === mostSteps)
      throw new DecodingFault('PACKED_TOO_DEEP', 0, `a file packed with ${kind} begins, inside of ${mostSteps} others`);
    if (choose === undefined) return { kind };
    if (before.length > 0) {
      const words = `an archive (${kind}) begins, which can only be read where it is the object itself`;
      throw new DecodingFault('PACKED_TOO_DEEP', 0, words);
    }
    return { kind, argument: await choose(storedSource(store, object), member) };
  } catch (error) {
    throw error instanceof DecodingFault ? refusal(object, before, error) : error;
  }
}

/**
 * The step for the document inside of these steps, with the sheet that is meant where it is a workbook. Throws LoadRejected
 * XLSX_UNREADABLE and the like.
 */
export async function documentStep(
  { kind, argument }: DecodingStep,
  { store, object, before }: Omit<UnpackedIn, 'member'>,
): Promise<DecodingStep> {
  const { choose } = decoders[kind];
  if (choose === undefined) return { kind, ...(argument !== undefined && { argument }) };
  const inside = (): AsyncIterable<Buffer> => decodingChain(store, object, before).chunks;
  const source = before.length === 0 ? storedSource(store, object) : { sizeBytes: null, chunks: inside, read: null };
  try {
    return { kind, argument: await choose(source, argument) };
  } catch (error) {
    throw error instanceof DecodingFault ? refusal(object, before, error) : error;
  }
}

/** Where packed bytes begin. */
interface UnpackedIn {
  readonly store: ObjectStore;
  readonly object: StoredObject;
  readonly before: readonly DecodingStep[];
  /** What is asked of the name of the file in an archive. */
  readonly member: string | undefined;
}

/** `rows.csv.gz` in an archive, and gzip in gzip, which programs do by mistake; more is nothing that anybody means. */
const mostSteps = 2;

/** The bytes of an object as a decoder reads them. */
export function storedSource(store: ObjectStore, object: StoredObject): DecodingSource {
  return {
    sizeBytes: object.sizeBytes,
    chunks: () => store.read(object, { start: 0, end: object.sizeBytes }),
    read: (range) => store.read(object, range),
  };
}

async function* refusing(
  chunks: AsyncIterable<Buffer>,
  refusalOf: (fault: DecodingFault) => LoadRejected,
): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
  } catch (error) {
    throw error instanceof DecodingFault ? refusalOf(error) : error;
  }
}

/** A fault in words, with its place. @param before the decoders that made the bytes in which the fault is. */
export function refusal(object: StoredObject, before: readonly DecodingStep[], fault: DecodingFault): LoadRejected {
  const packed = /^(?:JSON|PARQUET|XLSX)_/.test(fault.code) ? '' : ' (packed)';
  const place =
    fault.code === 'ZIP_MEMBER' || fault.code.startsWith('XLSX')
      ? ''
      : before.length === 0
        ? ` at byte ${fault.byte} of ${object.sizeBytes}${packed}`
        : ` at byte ${fault.byte}${placesIn(before)} (${namedSteps(before)})`;
  return new LoadRejected(fault.code, `${shownObject(object)}:${place} ${told[fault.code](fault.message)}`, {
    cause: fault,
  });
}

const told: Readonly<Record<DecodingCode, (words: string) => string>> = {
  TRAILER: (words) => `${words}; say how many there are: --trailer-rows N (in a dataset trailerRows: N)`,
  GZIP_CORRUPT: (words) =>
    `the gzip is not whole: ${words}. Nothing of it was loaded; fetch or pack the file again (gzip -t < FILE proves one) and load that`,
  JSON_CORRUPT: (words) =>
    `the JSON is not sound (RFC 8259): ${words}. Nothing of it was loaded; have the source write one array of objects, or one object a line (--format ndjson), and load that`,
  JSON_PATH: (words) =>
    `the records are not found: ${words}. Nothing of it was loaded; name the keys that lead to the array of records, with dots between them: --json-path KEY.KEY (in a dataset jsonPath)`,
  PARQUET_CORRUPT: (words) =>
    `the Parquet file is not whole: ${words}. Nothing of it was loaded; fetch or write the file again and load that`,
  PARQUET_UNREADABLE: (words) =>
    `the Parquet file is not read: ${words}. Nothing of it was loaded; have the source write it otherwise, or its rows as CSV`,
  ZSTD_CORRUPT: (words) =>
    `the zstd is not whole: ${words}. Nothing of it was loaded; fetch or pack the file again (zstd -t < FILE proves one) and load that`,
  ZSTD_UNREADABLE: (words) => `${words}. Nothing of it was loaded`,
  ZIP_CORRUPT: (words) =>
    `the zip is not whole: ${words}. Nothing of it was loaded; fetch or pack the file again (unzip -t FILE proves one) and load that`,
  ZIP_MEMBER: (words) => `${words}. Nothing of it was loaded`,
  PACKED_TOO_DEEP: (words) => `${words}. Nothing of it was loaded; unpack it and load the file inside`,
  XLSX_CORRUPT: (words) =>
    `the workbook is not whole: ${words}. Nothing of it was loaded; open and save it in a spreadsheet, and load that`,
  XLSX_UNREADABLE: (words) =>
    `the workbook is not read: ${words}${/[.?!]$/.test(words) ? '' : '.'} Nothing of it was loaded`,
  DECODED_TOO_LARGE: (words) =>
    `unpacking was stopped: ${words}. Nothing of it was loaded; where it is meant all the same, unpack it and load the file inside`,
};
