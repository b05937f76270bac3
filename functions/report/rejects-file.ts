import type { Db } from '../db/client.ts';
import type { Format } from '../formats/format.ts';
import { formatOf } from '../formats/format-of.ts';
import type { Load } from '../ledger/loads/load.ts';
import { readRejects, type RejectedRecord } from '../ledger/rejects/rejects-reading.ts';
import { csvLine } from '../replay/csv-line.ts';

/**
 * rejects.csv: what a person opens in a spreadsheet, mends and loads again. First where and why, then the source's own
 * columns as they were; a word for NULL that the dataset declares is an empty cell. Duplicates are not here: nothing is wrong
 * with them, and landfall.rejects tells their places.
 * A record that cannot be told apart into the header's columns stands whole in the last column.
 */
export async function* rejectsFile(db: Db, load: Load): AsyncGenerator<Buffer> {
  const format = load.contract === null ? null : formatOf(load.contract);
  const split = format?.cells ?? null;
  const headers = split === null ? [] : (load.fileColumns?.map(({ header }) => header) ?? []);
  yield Buffer.from(csvLine(['line', 'record', 'codes', 'reasons', ...headers, 'whole record']));
  for await (const records of readRejects(db, load.loadId)) {
    const lines = records.map((record) =>
      csvLine(cellsOf(record, { split, columns: headers.length, decoding: load.decoding }), format?.nullWords),
    );
    yield Buffer.from(lines.join(''));
  }
}

interface Reading extends Pick<Load, 'decoding'> {
  readonly split: Format['cells'];
  readonly columns: number;
}

function cellsOf(record: RejectedRecord, { split, columns, decoding }: Reading): readonly (string | null)[] {
  const { line, record_no: recordNo, reasons, raw } = record;
  const codes = [
    ...new Set(reasons.flatMap(({ code, more }) => (more === undefined ? [code] : Object.keys(more)))),
  ].join(' ');
  const messages = [
    ...reasons.map(({ message }) => message),
    ...(raw === null ? [whereItIs(record, decoding)] : []),
  ].join('; ');
  const place = [line === null ? null : String(line), String(recordNo), codes, messages];
  if (raw === null) return [...place, ...Array<null>(columns).fill(null), null];
  const cells = split?.(raw).map((cell) => (cell === null ? null : cell.toString('utf8')));
  return cells?.length === columns
    ? [...place, ...cells, null]
    : [...place, ...Array<null>(columns).fill(null), raw.toString('utf8')];
}

/** Behind limits.maxKeptBytes the file alone has the record. */
function whereItIs({ byte_offset: from, byte_length: length }: RejectedRecord, decoding: Load['decoding']): string {
  const file = decoding === null ? 'the file' : 'what the file unpacks to';
  return `the record is not kept (limits.maxKeptBytes): in ${file} it is the ${length ?? 0} bytes from byte ${from} on, counted from 0`;
}
