import { ownHeaders } from '../core/format/file-columns.ts';
import type { Db } from '../db/client.ts';
import { placesIn, rowsCounted, writesRecords } from '../decoding/steps.ts';
import { formatOf } from '../formats/format-of.ts';
import type { Load } from '../ledger/loads/load.ts';
import { objectsOfRecords } from '../ledger/objects/objects-of-records.ts';
import { objectUrl } from '../core/object-url.ts';
import { readRejects, reasonsIn, type RejectedRecord } from '../ledger/rejects/rejects-reading.ts';
import { csvLine } from '../replay/csv-line.ts';
import { openPlace } from './open-place.ts';
import { rejectsHeader } from '../replay/rejects-columns.ts';
import { hiddenColumns, shownOf, type ShownColumns, shownRecord } from '../replay/shown-record.ts';

/**
 * rejects.csv: what a person opens in a spreadsheet, mends and loads again (functions/replay/). First where and why, then the
 * source's own columns as they were; a word for NULL that the dataset declares is an empty cell. Duplicates are not here: nothing is wrong
 * with them, and landfall.rejects tells their places.
 * A record that cannot be told apart into the header's columns stands whole in the last column.
 */
export async function* rejectsFile(db: Db, load: Load): AsyncGenerator<Buffer> {
  const format = load.contract === null ? null : formatOf({ ...load, contract: load.contract });
  const split = format?.texts ?? null;
  const headers = split === null ? [] : ownHeaders(load.fileColumns ?? []);
  const hidden = hiddenColumns(load);
  const shown: ShownColumns = { split, columns: headers.length, hidden };
  const at = await objectsOfRecords(db, load);
  const several = load.objectCount !== null;
  const shownIn = new Map<Load, ShownColumns>();
  const showing = (of: Load): ShownColumns => {
    const known = shownIn.get(of) ?? shownOf(shown, load, of);
    shownIn.set(of, known);
    return known;
  };
  yield Buffer.from(csvLine(rejectsHeader(headers, { several })));
  for await (const records of readRejects(db, load.loadId)) {
    const lines = records.map((record) => {
      const of = at(record.record_no);
      const cells = cellsOf(record, { load: of, ...showing(of) });
      return csvLine(several ? [...cells, objectUrl(of.object)] : cells, format?.nullWords);
    });
    yield Buffer.from(lines.join(''));
  }
}

interface Reading extends ShownColumns {
  readonly load: Load;
}

function cellsOf(record: RejectedRecord, { load, split, columns, hidden }: Reading): readonly (string | null)[] {
  const { raw } = record;
  const reasons = reasonsIn(record);
  const { loadId, line, recordNo } = openPlace(record, load);
  const codes = [
    ...new Set(reasons.flatMap(({ code, more }) => (more === undefined ? [code] : Object.keys(more)))),
  ].join(' ');
  const messages = [
    ...reasons.map(({ message }) => message),
    ...(raw === null ? [whereItIs(record, load.decoding)] : []),
  ].join('; ');
  const place = [String(loadId), line === null ? null : String(line), String(recordNo), codes, messages];
  if (raw === null) return [...place, ...Array<null>(columns).fill(null), null];
  const { cells, whole } = shownRecord(raw, { split, columns, hidden });
  return [...place, ...(cells ?? Array<null>(columns).fill(null)), whole];
}

/** Behind limits.maxKeptBytes the file alone has the record. */
function whereItIs({ byte_offset: from, byte_length: length }: RejectedRecord, decoding: Load['decoding']): string {
  if (writesRecords(decoding) || rowsCounted(decoding) !== null)
    return 'the record is not kept (limits.maxKeptBytes): the file has it';
  return `the record is not kept (limits.maxKeptBytes): it is the ${length ?? 0} bytes from byte ${from}${placesIn(decoding)} on, counted from 0`;
}
