import { LoadRejected } from '../protocol/errors.ts';
import { decoders } from '../decoding/all.ts';
import { type Decoding, DecodingFault, type DecodingSource } from '../decoding/decoder.ts';
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
  };
}

function storedSource(store: ObjectStore, object: StoredObject): DecodingSource {
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

/** @param before the decoders that made the bytes in which the fault is. */
function refusal(object: StoredObject, before: readonly DecodingStep[], fault: DecodingFault): LoadRejected {
  const packed = /^(?:JSON|PARQUET)_/.test(fault.code) ? '' : ' (packed)';
  const place =
    before.length === 0
      ? `at byte ${fault.byte} of ${object.sizeBytes}${packed}`
      : `at byte ${fault.byte}${placesIn(before)} (${namedSteps(before)})`;
  return new LoadRejected(fault.code, `${shownObject(object)}: ${place} ${told[fault.code](fault.message)}`, {
    cause: fault,
  });
}

const told: Readonly<Record<DecodingFault['code'], (words: string) => string>> = {
  TRAILER: (words) => `${words}; say how many there are: --trailer-rows N (in a dataset trailerRows: N)`,
  GZIP_CORRUPT: (words) =>
    `the gzip is not whole: ${words}. Nothing of it was loaded; fetch or pack the file again (gzip -t < FILE proves one) and load that`,
  JSON_CORRUPT: (words) =>
    `the JSON is not sound (RFC 8259): ${words}. Nothing of it was loaded; have the source write one array of objects, or one object a line (--format ndjson), and load that`,
  JSON_PATH: (words) =>
    `the records are not found: ${words}. Nothing of it was loaded; name the keys that lead to the array of records: --json-path data.items (in a dataset jsonPath: 'data.items')`,
  PARQUET_CORRUPT: (words) =>
    `the Parquet file is not whole: ${words}. Nothing of it was loaded; fetch or write the file again and load that`,
  PARQUET_UNREADABLE: (words) => `the Parquet file is not read: ${words}. Nothing of it was loaded`,
  DECODED_TOO_LARGE: (words) =>
    `unpacking was stopped: ${words}. Nothing of it was loaded; where it is meant all the same, unpack it (gunzip < FILE > NEW_FILE) and load the file inside`,
};
