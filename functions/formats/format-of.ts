import type { Contract } from '../core/contract.ts';
import type { LineEnd, SniffedFormat } from '../core/format/file-format.ts';
import { delimited } from './delimited/format.ts';
import { fixedWidth } from './fixed-width/format.ts';
import type { Format } from './format.ts';
import { jsonDocument } from './json/format.ts';
import { jsonSequence } from './json/sequence.ts';
import { jsonLines } from './json-lines/format.ts';
import { parquet } from './made/parquet.ts';
import { xlsx } from './made/xlsx.ts';

/** What is known of how an object is read: a load has all of it. */
export interface Reading {
  readonly contract: Contract;
  /** Stands in place of the contract's format; absent or null: nothing was sniffed. */
  readonly sniffed?: SniffedFormat | null;
  /** Of the object, once it was looked at; absent or null: LF. */
  readonly lineEnd?: LineEnd | null;
  /** Absent or null: its records stand in it as it is. */
  readonly decoding?: readonly { readonly kind: string; readonly argument?: string }[] | null;
}

/** The format of a load's objects; the only place that asks which one it is. */
export function formatOf({ contract, sniffed, lineEnd, decoding }: Reading): Format {
  const format = sniffed?.format ?? contract.format;
  switch (format.kind) {
    case 'csv':
    case 'tsv':
      return delimited(format, lineEnd ?? 'lf');
    case 'ndjson':
      return jsonLines(contract);
    case 'json':
      return jsonDocument(contract, format, decoding?.at(-1)?.kind === 'json');
    case 'json-seq':
      return jsonSequence(contract, decoding?.some(({ kind }) => kind === 'json-seq') === true);
    case 'parquet':
      return parquet({
        isMade: decoding?.at(-1)?.kind === 'parquet',
        // functions/decoding/steps.ts: rowsCounted()
        countsRows: decoding?.length === 1 && decoding[0]?.argument !== undefined,
      });
    case 'fixed':
      return fixedWidth(format);
    case 'xlsx':
      return xlsx(format, decoding?.at(-1));
  }
}

/** What a store or a server calls such bytes. */
export const mediaTypes = {
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  ndjson: 'application/x-ndjson',
  json: 'application/json',
  'json-seq': 'application/json-seq',
  parquet: 'application/vnd.apache.parquet',
  fixed: 'text/plain',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const satisfies Readonly<Record<Contract['format']['kind'], string>>;
