import { LoadRejected } from '../protocol/errors.ts';
import { loadCodes } from '../protocol/load-codes.ts';
import type { Contract, FileColumn, LineEnd } from '../core/contract.ts';
import { mapHeader } from '../compile/header/header.ts';
import { laterHeader } from '../compile/header/later-header.ts';
import { requireEmptyColumns } from '../compile/header/unnamed-columns.ts';
import { formatOf } from '../formats/format-of.ts';
import type { Load } from '../ledger/loads/load.ts';
import type { ObjectStore, StoredObject } from '../objects/store.ts';
import { shownObject } from '../core/object-url.ts';

/** Of the object's first bytes this many are searched for the header: 10,000 columns of 100 characters. */
const headBytes = 1024 * 1024;

/** The header of an object, found in the target. */
export interface ObjectHeader {
  readonly fileColumns: readonly FileColumn[];
  /** First byte and first line (from 1) after the header. */
  readonly bodyOffset: number;
  readonly bodyLine: number;
  readonly lineEnd: LineEnd;
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
  try {
    return headerIn(head, contract, object);
  } catch (refusal) {
    const line = refusal instanceof LoadRejected ? laterHeader(contract, head) : null;
    throw line === null ? refusal : preamble(object, line, head);
  }
}

function headerIn(head: Buffer, contract: Contract, object: StoredObject): ObjectHeader {
  const header = formatOf(contract).layout(head, head.length === object.sizeBytes);
  if ('problem' in header) {
    const { problem, message } = header;
    const code = problem === 'WRONG_DELIMITER' ? problem : (`HEADER_${problem}` as const);
    throw new LoadRejected(code, `${shownObject(object)}: ${message}`);
  }
  const { names, ...place } = header;
  if (names === null) return { fileColumns: allColumns(contract), ...place };
  const fileColumns = mapHeader(contract, names);
  requireEmptyColumns(contract, fileColumns, head.subarray(place.bodyOffset));
  return { fileColumns, ...place };
}

/** Where records name their columns themselves, any of them may be named. */
function allColumns({ columns }: Contract): readonly FileColumn[] {
  return columns.map((column) => ({ header: column.name, column }));
}

/** `tail` counts LF; an object without one ends its lines with CR. */
function preamble(object: StoredObject, line: number, head: Buffer): LoadRejected {
  const cutOff = head.includes('\n')
    ? `tail -n +${line} FILE > NEW_FILE`
    : `tr '\\r' '\\n' < FILE | tail -n +${line} > NEW_FILE`;
  const before = line === 2 ? 'the line before it is' : `the ${line - 1} lines before it are`;
  return new LoadRejected(
    loadCodes.PREAMBLE,
    `${shownObject(object)}: the header of the table is line ${line}; ${before} no part of the table. ` +
      `Have the source leave that out, or cut it off and load what is left: ${cutOff}`,
  );
}
