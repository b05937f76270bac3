import type { Contract } from '../../core/contract.ts';
import { firstLines } from '../../formats/delimited/header/top-lines.ts';
import { formatOf, type Reading } from '../../formats/format-of.ts';
import { areColumns } from './header.ts';

/** 50 lines and 64 KiB: a title, a date, an account, a legend; what comes later is no preamble. */
const searchedLines = 50;
const searchedBytes = 64 * 1024;

/**
 * The physical line, from 2, whose cells are a header of the table, each name a column and none missing, where the first one
 * is not; null where none is near. `head` is the object's first bytes. For a hint only: a quoted line end is not one here.
 */
export function laterHeader(contract: Contract, head: Buffer, decoding: Reading['decoding'] = null): number | null {
  const { format: declared } = contract;
  if ('header' in declared || 'headerRows' in declared || 'columns' in declared) return null;
  const format = formatOf({
    contract: 'skipRows' in declared ? { ...contract, format: unskipped(declared) } : contract,
    decoding,
  });
  const recordEnd = 'recordEnd' in declared ? declared.recordEnd : undefined;
  const lines = firstLines(head.toString('utf8', 0, searchedBytes), searchedLines, recordEnd);
  const found = lines.slice(1).findIndex((line) => {
    const layout = format.layout(Buffer.from(line), true);
    return 'names' in layout && layout.names !== null && areColumns(contract, layout.names);
  });
  return found === -1 ? null : found + 2;
}

/** Lines that are read over are counted as all others are. */
function unskipped(declared: Contract['format'] & { readonly skipRows?: number }): Contract['format'] {
  const { skipRows: _skipped, ...format } = declared;
  return format;
}
