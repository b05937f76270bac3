import type { Db } from '../db/client.ts';
import { parseRecord } from '../formats/delimited/cells.ts';
import { cellGrammarOf } from '../formats/delimited/grammar.ts';
import type { Load } from '../ledger/loads/load.ts';
import { readRejects, type RejectedRecord } from '../ledger/rejects/rejects-reading.ts';
import { csvLine } from './csv-line.ts';

/**
 * rejects.csv: what a person opens in a spreadsheet, mends and loads again. First where and why, then the source's own
 * columns as they were; a word for NULL that the dataset declares is an empty cell. Duplicates are not here: nothing is wrong
 * with them, and landfall.rejects tells their places.
 * A record that cannot be told apart into the header's columns stands whole in the last column.
 */
export async function* rejectsFile(db: Db, load: Load): AsyncGenerator<Buffer> {
  const nulls = load.contract?.format.nulls ?? [];
  const headers = load.fileColumns?.map(({ header }) => header) ?? [];
  yield Buffer.from(csvLine(['line', 'record', 'codes', 'reasons', ...headers, 'whole record']));
  for await (const records of readRejects(db, load.loadId)) {
    const lines = records.map((record) => csvLine(cellsOf(record, load, headers.length), nulls));
    yield Buffer.from(lines.join(''));
  }
}

function cellsOf(record: RejectedRecord, load: Load, columns: number): readonly (string | null)[] {
  const { line, record_no: recordNo, reasons, raw } = record;
  const codes = [
    ...new Set(reasons.flatMap(({ code, more }) => (more === undefined ? [code] : Object.keys(more)))),
  ].join(' ');
  const messages = [...reasons.map(({ message }) => message), ...(raw === null ? [whereItIs(record)] : [])].join('; ');
  const place = [line === null ? null : String(line), String(recordNo), codes, messages];
  if (raw === null) return [...place, ...Array<null>(columns).fill(null), null];
  const cells = parseRecord(raw, cellGrammarOf(load.contract?.format ?? { kind: 'csv', delimiter: ',' }));
  return cells.length === columns
    ? [...place, ...cells, null]
    : [...place, ...Array<null>(columns).fill(null), raw.toString('utf8')];
}

/** Behind limits.maxKeptBytes the file alone has the record. */
function whereItIs({ byte_offset: from, byte_length: length }: RejectedRecord): string {
  return `the record is not kept (limits.maxKeptBytes): in the file it is the ${length ?? 0} bytes from byte ${from} on, counted from 0`;
}
