import type { Head } from '../content/head.ts';
import { LoadRejected } from '../protocol/errors.ts';
import { loadCodes } from '../protocol/load-codes.ts';
import type { Contract, FileColumn } from '../core/contract.ts';
import type { LineEnd, SniffedFormat } from '../core/format/file-format.ts';
import { mapHeader } from '../compile/header/header.ts';
import { laterHeader } from '../compile/header/later-header.ts';
import { MAX_FILE_COLUMNS } from '../compile/header/header-shape.ts';
import { requireEmptyColumns } from '../compile/header/unnamed-columns.ts';
import { decodingCommand } from '../decoding/shell-command.ts';
import { broughtColumns } from '../core/supplies/supplied.ts';
import { formatOf } from '../formats/format-of.ts';
import type { NoLayout } from '../formats/shared/layout.ts';
import type { Load } from '../ledger/loads/load.ts';
import type { ObjectHead } from './object-head.ts';
import type { StoredObject } from '../objects/store.ts';
import { shownObject } from '../core/object-url.ts';

/** The header of an object, found in the target. */
export interface ObjectHeader {
  readonly fileColumns: readonly FileColumn[];
  /** First byte and first line (from 1) after the header. */
  readonly bodyOffset: number;
  readonly bodyLine: number;
  readonly lineEnd: LineEnd;
}

/** The header in the first bytes of a content, its columns found in the target by name. Throws LoadRejected where that cannot be. */
export async function objectHeader(
  load: Load,
  sniffed: SniffedFormat | null,
  { head, decoding }: ObjectHead,
): Promise<ObjectHeader> {
  const { object } = load;
  if (load.contract === null) throw new Error(`load ${load.loadId} has no contract`);
  const contract = { ...load.contract, format: sniffed?.format ?? load.contract.format };
  try {
    return await headerIn({ head, decoding }, contract, object);
  } catch (refusal) {
    const line = refusal instanceof LoadRejected ? laterHeader(contract, head.bytes, decoding) : null;
    if (line !== null) throw preamble(object, line, { head: head.bytes, decoding });
    const { hintOfNames = '' } = formatOf({ contract, decoding });
    if (hintOfNames !== '' && refusal instanceof LoadRejected)
      throw new LoadRejected(refusal.code, `${refusal.message.replace(/\.$/, '')}${hintOfNames}`, { cause: refusal });
    throw refusal;
  }
}

async function headerIn(
  { head, decoding }: ObjectHead,
  contract: Contract,
  object: StoredObject,
): Promise<ObjectHeader> {
  const header = formatOf({ contract, decoding }).layout(head.bytes, head.isAll);
  if ('problem' in header) {
    const fitting = header.problem === 'INVALID_UTF8' && decoding === null ? await fittingWords(head) : '';
    throw noHeader(object, header, fitting);
  }
  const { names, ...place } = header;
  if (names === null) return { fileColumns: allColumns(contract), ...place };
  const fileColumns = mapHeader(contract, names);
  requireEmptyColumns(contract, fileColumns, head.bytes.subarray(place.bodyOffset));
  return { fileColumns, ...place };
}

/** The refusal of an object whose beginning is not of its format. */
export function noHeader(
  object: Pick<StoredObject, 'bucket' | 'key'>,
  { problem, message }: NoLayout,
  more = '',
): LoadRejected {
  const code = problem === 'WRONG_DELIMITER' ? problem : (`HEADER_${problem}` as const);
  return new LoadRejected(code, `${shownObject(object)}: ${message}${more}`);
}

/** In which encodings the beginning of the file would be text. */
async function fittingWords({ bytes, isAll }: Head): Promise<string> {
  // it brings the tables of all encodings
  const { fittingCharsets, wholeCharacters } = await import('../decoding/charset/fitting.ts');
  const sample = bytes.subarray(0, sampleBytes);
  const [likeliest, ...more] = fittingCharsets([
    isAll && sample.length === bytes.length ? sample : wholeCharacters(sample),
  ]).slice(0, 5);
  if (likeliest === undefined) return '';
  return `. Its beginning would be text in ${[likeliest, ...more].join(', ')}: --encoding ${likeliest}, if it is that`;
}

/** 64 KiB tell it as well as more do. */
const sampleBytes = 64 * 1024;

/** Where records name their columns themselves, any of them may be named. */
function allColumns(contract: Contract): readonly FileColumn[] {
  const columns = broughtColumns(contract);
  if (columns.length > MAX_FILE_COLUMNS) {
    throw new LoadRejected(
      loadCodes.TOO_MANY_COLUMNS,
      `The table has ${columns.length} columns that a record may name; PostgreSQL can stage at most ${MAX_FILE_COLUMNS}. ` +
        `Load the file as CSV, of which only the columns in the header are staged.`,
    );
  }
  return columns.map((column) => ({ header: column.name, column }));
}

/** `tail` counts LF; an object without one ends its lines with CR. */
function preamble(
  object: StoredObject,
  line: number,
  { head, decoding }: { readonly head: Buffer; readonly decoding: Load['decoding'] },
): LoadRejected {
  const endsWithLf = head.includes('\n');
  const plain = endsWithLf ? `tail -n +${line} FILE` : `tr '\\r' '\\n' < FILE | tail -n +${line}`;
  const decode = decoding === null ? null : decodingCommand(decoding, 'FILE');
  const decoded = decode === null ? null : `${decode}${endsWithLf ? '' : ` | tr '\\r' '\\n'`} | tail -n +${line}`;
  const show = decoding === null ? plain : decoded;
  const cutOff = show === null ? '' : `: ${show} > NEW_FILE`;
  const before = line === 2 ? 'the line before it is' : `the ${line - 1} lines before it are`;
  return new LoadRejected(
    loadCodes.PREAMBLE,
    `${shownObject(object)}: the header of the table is line ${line}; ${before} no part of the table. ` +
      `Read over that (--skip-rows ${line - 1}, in a dataset skipRows: ${line - 1}), or cut it off and load what is left${cutOff}`,
  );
}
