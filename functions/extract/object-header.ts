import { LoadRejected } from '../contract/errors.ts';
import type { FileColumn } from '../core/contract.ts';
import { mapHeader } from '../datasets/header.ts';
import { readHeader } from '../formats/header.ts';
import type { Load } from '../ledger/load.ts';
import type { ObjectStore } from '../objects/store.ts';
import { objectUrl } from '../objects/object-url.ts';

/** Of the object's first bytes this many are searched for the header: 10,000 columns of 100 characters. */
const headBytes = 1024 * 1024;

/** The header of an object, found in the target. */
export interface ObjectHeader {
  readonly fileColumns: readonly FileColumn[];
  /** First byte and first line (from 1) after the header. */
  readonly bodyOffset: number;
  readonly bodyLine: number;
}

/** Reads the header and finds its columns in the target, by name. Throws LoadRejected where that cannot be. */
export async function readObjectHeader(load: Load, store: ObjectStore): Promise<ObjectHeader> {
  const { object, contract } = load;
  if (contract === null) throw new Error(`load ${load.loadId} has no contract`);
  const chunks: Buffer[] = [];
  for await (const chunk of store.read(object, { start: 0, end: Math.min(headBytes, object.sizeBytes) })) {
    chunks.push(chunk);
  }
  const head = Buffer.concat(chunks);
  const header = readHeader(head, contract.format.delimiter.charCodeAt(0), head.length === object.sizeBytes);
  if ('problem' in header) {
    throw new LoadRejected(`HEADER_${header.problem}`, `${objectUrl(object)}: ${header.message}`);
  }
  const { names, bodyOffset, bodyLine } = header;
  return { fileColumns: mapHeader(contract, names), bodyOffset, bodyLine };
}
