import type { FileFormat, SniffedFormat } from '../core/format/file-format.ts';
import type { Format } from '../formats/format.ts';
import { formatOf } from '../formats/format-of.ts';
import { beginsAsJson, beginsAsSequence, isSequenceOfRecords } from '../formats/shared/other-format.ts';
import type { Load } from '../ledger/loads/load.ts';
import type { ObjectHead } from './object-head.ts';

/**
 * The format by which the beginning of an object is looked at: where nobody said one and it begins as JSON, that of JSON; else the
 * contract's. Of a dataset its format is what it says, also where that is the default.
 */
export function formatToLookBy(load: Load): Pick<Format, 'document'> | undefined {
  const { contract } = load;
  if (contract === null) return undefined;
  const own = formatOf({ contract });
  const sequence = formatOf({ contract: { ...contract, format: { kind: 'json-seq' } } });
  if (isTakenForSequence(contract.format)) {
    return {
      document: (head, objectEnds) => (beginsAsSequence(head) ? sequence : own).document?.(head, objectEnds) ?? null,
    };
  }
  if (!isOpen(load)) return own;
  const json = formatOf({ contract: { ...contract, format: { kind: 'json' } } });
  const seen = (head: Buffer): Format => (beginsAsJson(head) ? json : isSequenceOfRecords(head) ? sequence : own);
  return { document: (head, objectEnds) => seen(head).document?.(head, objectEnds) ?? null };
}

/** JSON that is another format than the contract's; null: it is not. */
export function undeclaredJson(load: Load, { decoding, head }: ObjectHead): SniffedFormat | null {
  const isDocument = decoding?.at(-1)?.kind === 'json';
  const declared = load.contract?.format.kind;
  if (declared !== 'json-seq' && decoding?.at(-1)?.kind === 'json-seq') return found({ kind: 'json-seq' });
  if (declared === 'json') return isDocument || !beginsAsJson(head.bytes) ? null : found({ kind: 'ndjson' });
  if (!isOpen(load) || !beginsAsJson(head.bytes)) return null;
  return found({ kind: isDocument ? 'json' : 'ndjson' });
}

/** Formats whose names sequences have. Who says where in a document the records stand means a document. */
function isTakenForSequence(format: FileFormat): boolean {
  return format.kind === 'ndjson' || (format.kind === 'json' && format.path === undefined);
}

function found(format: FileFormat): SniffedFormat {
  return { format, fields: ['format'], share: 1 };
}

function isOpen({ request, contract }: Load): boolean {
  const { into, format, delimiter, quote, replay } = request;
  const isSaid = format !== undefined || delimiter !== undefined || quote !== undefined || replay !== undefined;
  return into !== undefined && !isSaid && contract?.format.kind === 'csv';
}
