import { formatOf } from '../formats/format-of.ts';
import type { Load } from '../ledger/loads/load.ts';
import { HIDDEN } from '../ledger/rejects/shown-text.ts';
import { hiddenColumns } from './shown-record.ts';

/** The bytes of a record without the values of sensitive columns; where it cannot be told apart into columns, none of them. */
export function visibleRecord(
  record: Buffer,
  load: Pick<Load, 'contract' | 'fileColumns' | 'lineEnd' | 'sniffed'>,
): Buffer {
  const hidden = hiddenColumns(load);
  if (!hidden.includes(true) || load.contract === null) return record;
  const { cells } = formatOf({ ...load, contract: load.contract }).writer;
  const own = cells?.of(record) ?? [];
  if (cells === null || own.length !== hidden.length) return Buffer.from(HIDDEN);
  return cells.joined(own.map((cell, i) => (hidden[i] === true ? Buffer.from(HIDDEN) : cell)));
}
