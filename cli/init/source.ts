import { declaredDecoding } from '../../functions/compile/declaration/reading/declared-decoding.ts';
import { declaredFormat } from '../../functions/compile/declaration/reading/declared-format.ts';
import type { Dataset } from '../../functions/compile/declaration/schema.ts';
import { contentOf } from '../../functions/content/open-content.ts';
import type { FileColumn } from '../../functions/core/contract.ts';
import { type FileFormat, namesColumns } from '../../functions/core/format/file-format.ts';
import { shownObject } from '../../functions/core/object-url.ts';
import { namedSteps } from '../../functions/decoding/steps.ts';
import { type ObjectHead, readObjectHead } from '../../functions/extract/object-head.ts';
import { noHeader } from '../../functions/extract/object-header.ts';
import type { Format } from '../../functions/formats/format.ts';
import { formatOf } from '../../functions/formats/format-of.ts';
import { beginsAsJson, isSequenceOfRecords } from '../../functions/formats/shared/other-format.ts';
import type { RawRecord } from '../../functions/formats/shared/raw-record.ts';
import { storeFor } from '../../functions/objects/store-for.ts';
import type { ObjectStore, StoredObject } from '../../functions/objects/store.ts';
import { readingContract } from '../../functions/propose/reading-contract.ts';
import { LoadRejected } from '../../functions/protocol/errors.ts';
import type { NamedObject } from '../typed/files.ts';
import { jsonColumns, type SourceColumn } from './json-columns.ts';

/** A file as a dataset would have it read. */
export interface Source {
  readonly object: StoredObject;
  readonly format: FileFormat;
  /** How it is packed, in words; null: it is not. */
  readonly packed: string | null;
  /** Its columns in its order, each with the type that takes any of its cells. */
  readonly columns: readonly SourceColumn[];
  /** A document of JSON that is one record, as it was parsed; else null. */
  readonly document: object | null;
  /** Its records from the first to the last, some at a time; it may be read several times. */
  readonly records: () => AsyncGenerator<readonly RawRecord[]>;
}

/** The beginning of a file, before it is known how it is read. */
export interface Beginning extends ObjectHead {
  readonly store: ObjectStore;
  readonly object: StoredObject;
  /** As it is declared, or JSON where it begins so and nobody said otherwise. */
  readonly format: FileFormat;
}

/** @throws LoadRejected where it does not unpack */
export async function beginningOf(named: NamedObject, declared: Dataset, isOpen: boolean): Promise<Beginning> {
  const store = await storeFor(named.bucket);
  const object = await store.head(named);
  const format = declaredFormat(declared);
  const read = await readObjectHead(store, object, {
    declared: declaredDecoding(declared).decoding,
    format: lookedAtAs(format, isOpen),
  });
  const lines: FileFormat = { kind: 'ndjson' };
  if (read.decoding?.at(-1)?.kind === 'json-seq') return { ...read, store, object, format: { kind: 'json-seq' } };
  const isJson = isOpen && format.kind === 'csv' && beginsAsJson(read.head.bytes);
  const found: FileFormat = isJson ? (isDocument(read) ? { kind: 'json' } : lines) : format;
  // a file of JSON lines is read as such, whatever its name is
  return { ...read, store, object, format: found.kind === 'json' && !isDocument(read) ? lines : found };
}

function isDocument({ decoding }: ObjectHead): boolean {
  return decoding?.at(-1)?.kind === 'json';
}

function lookedAtAs(format: FileFormat, isOpen: boolean): Pick<Format, 'document' | 'isArchive'> {
  const own = formatOf({ contract: readingContract(format) });
  if (!isOpen && !namesColumns(format)) return own;
  const json = formatOf({ contract: readingContract({ kind: 'json' }) });
  const sequence = formatOf({ contract: readingContract({ kind: 'json-seq' }) });
  const seen = (head: Buffer): Format =>
    isSequenceOfRecords(head) ? sequence : isOpen && beginsAsJson(head) ? json : own;
  return { document: (head, ends) => seen(head).document?.(head, ends) ?? null };
}

/**
 * The file read in this format: its columns, and its records as the loader reads them.
 * @throws LoadRejected where its beginning is not of the format
 */
export async function sourceOf({ store, object, decoding, head }: Beginning, format: FileFormat): Promise<Source> {
  const layout = formatOf({ contract: readingContract(format), decoding }).layout(head.bytes, head.isAll);
  if ('problem' in layout) throw noHeader(object, layout);
  const read = { store, object, decoding, format, ...layout };
  const packed = decoding === null ? null : namedSteps(decoding);
  if (namesColumns(format)) {
    const { columns, only } = await jsonColumns((capture) => recordsAs(read, [capture], { capture: capture.header }));
    const document = format.kind === 'json' ? only : null;
    return { object, format, packed, columns, document, records: () => recordsAs(read, columns) };
  }
  const columns = (layout.names ?? []).map((header) => ({ header, type: 'text' as const }));
  return { object, format, packed, columns, document: null, records: () => recordsAs(read, columns) };
}

interface ReadAs extends Pick<Beginning, 'store' | 'object' | 'decoding'> {
  readonly format: FileFormat;
  readonly bodyOffset: number;
  readonly lineEnd: 'lf' | 'cr';
}

async function* recordsAs(
  { store, object, decoding, format: kind, bodyOffset, lineEnd }: ReadAs,
  columns: readonly SourceColumn[],
  unknown?: { readonly capture: string },
): AsyncGenerator<readonly RawRecord[]> {
  const named = columns.map(({ header: name, type }) => ({ name, type }));
  const contract = readingContract(kind, namesColumns(kind) ? named : [], unknown);
  const { limits } = contract;
  const fileColumns: readonly FileColumn[] = namesColumns(kind)
    ? contract.columns.map((column) => ({ header: column.name, column }))
    : columns.map(({ header }) => ({ header, column: null }));
  const scanner = formatOf({ contract, lineEnd, decoding }).scanner({
    fileColumns,
    ...limits,
    startOffset: bodyOffset,
    endOffset: Infinity,
    allRaw: true,
    zoneJumps: [],
  });
  const content = contentOf(store, { object, decoding });
  try {
    for await (const bytes of content.read({ start: bodyOffset, end: Number.MAX_SAFE_INTEGER }))
      yield scanner.push(bytes).raw;
    yield scanner.end().raw;
  } finally {
    await content.close();
  }
  const { openQuote } = scanner.counts();
  if (openQuote !== null) {
    throw new LoadRejected(
      'UNTERMINATED_QUOTE',
      `${shownObject(object)}: a quote that opens at byte ${openQuote.offset} is never closed`,
    );
  }
}
