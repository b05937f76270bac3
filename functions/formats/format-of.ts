import type { Contract, LineEnd } from '../core/contract.ts';
import { delimited } from './delimited/format.ts';
import type { Format } from './format.ts';
import { jsonLines } from './json-lines/format.ts';

/** The format of a load's objects; the only place that asks which one it is. @param lineEnd of the object, once it was looked at */
export function formatOf(contract: Contract, lineEnd: LineEnd = 'lf'): Format {
  const { format } = contract;
  switch (format.kind) {
    case 'csv':
    case 'tsv':
      return delimited(format, lineEnd);
    case 'ndjson':
      return jsonLines(contract);
  }
}

/** What a store or a server calls such bytes. */
export const mediaTypes = {
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  ndjson: 'application/x-ndjson',
} as const satisfies Readonly<Record<Contract['format']['kind'], string>>;
