import { foldHeader } from '../../functions/formats/shared/column-names.ts';
import type { RawRecord } from '../../functions/formats/shared/raw-record.ts';
import { MAX_FILE_COLUMNS } from '../../functions/compile/header/header-shape.ts';
import { LoadRejected } from '../../functions/protocol/errors.ts';

/** A column of a file, with the type that takes any of its cells. */
export interface SourceColumn {
  /** As the file has it; empty where it has no name. */
  readonly header: string;
  readonly type: 'text' | 'jsonb';
}

/** A column that takes a record whole. */
const whole: SourceColumn = { header: 'landfall whole record', type: 'jsonb' };

/** What records of JSON hold. */
export interface JsonRecords {
  readonly columns: readonly SourceColumn[];
  /** The only record of the file, as it was parsed; null where there are several or none. */
  readonly only: object | null;
}

/**
 * The keys of all records, in the order in which they come first. One behind which an object or an array stands in any record is of
 * jsonb, which keeps it as it is.
 */
export async function jsonColumns(
  read: (capture: SourceColumn) => AsyncIterable<readonly RawRecord[]>,
): Promise<JsonRecords> {
  const first: object[] = [];
  const types = new Map<string, { readonly header: string; isNested: boolean }>();
  for await (const records of read(whole)) {
    for (const { cells } of records) {
      const [cell] = cells ?? [];
      if (cell === null || cell === undefined) continue;
      const record = JSON.parse(cell.toString('utf8')) as object;
      if (first.length < 2) first.push(record);
      for (const [key, value] of Object.entries(record)) {
        const folded = foldHeader(key);
        const known = types.get(folded) ?? { header: key, isNested: false };
        if (typeof value === 'object' && value !== null) known.isNested = true;
        types.set(folded, known);
      }
      if (types.size > MAX_FILE_COLUMNS) throw tooMany();
    }
  }
  const columns = [...types.values()].map(
    ({ header, isNested }): SourceColumn => ({ header, type: isNested ? 'jsonb' : 'text' }),
  );
  return { columns, only: first.length === 1 ? (first[0] ?? null) : null };
}

function tooMany(): LoadRejected {
  return new LoadRejected(
    'TOO_MANY_COLUMNS',
    `Its records have more than ${MAX_FILE_COLUMNS} different keys, which no table has columns for. Make a table with the few that matter ` +
      'and a column of jsonb, and have the others captured in it: columns: { unknown: { capture: "COLUMN" } }',
  );
}
