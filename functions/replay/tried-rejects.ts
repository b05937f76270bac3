import { withoutSigns } from '../core/decoding/undecodable.ts';
import { ownColumns } from '../core/format/file-columns.ts';
import { formatOf } from '../formats/format-of.ts';
import type { Format } from '../formats/format.ts';
import type { Load } from '../ledger/loads/load.ts';
import type { RecordApart, TriedReject } from '../propose/mends/tried.ts';

/** A reject as it was read. */
interface Read {
  readonly raw: Buffer | null;
  readonly byte_length: number | null;
}

/** How the records of one object are told apart. */
interface Own {
  readonly texts: Format['texts'];
  /** The target's columns by their places in the file, null where it has none, and by the file's names. */
  readonly columns: readonly (string | null)[];
  readonly named: ReadonlyMap<string, string>;
}

/** Of all records together, so many bytes are told apart: a page of 1,000 records of 64 KiB would take seconds. */
const mostBytes = 4_000_000;

/** Makes rejects of a load into what is tried, each by the columns of its own object; one that is cut off has not its last cell. */
export function triedRejects(): (record: Read, of: Load, reasons: TriedReject['reasons']) => TriedReject {
  const known = new Map<Load, Own | null>();
  let left = mostBytes;
  return ({ raw, byte_length: length }, of, reasons) => {
    const apart = (): RecordApart | null => {
      if (raw === null || raw.length > left) return null;
      if (!known.has(of)) known.set(of, ownOf(of));
      const own = known.get(of) ?? null;
      left -= raw.length;
      return own === null ? null : toldApart(raw, { own, isCut: length !== null && length > raw.length });
    };
    let made: RecordApart | null | undefined;
    return { reasons, apart: () => (made === undefined ? (made = apart()) : made) };
  };
}

function ownOf({ contract, ...load }: Load): Own | null {
  if (contract === null) return null;
  const own = ownColumns(load.fileColumns ?? []);
  return {
    texts: formatOf({ ...load, contract }).texts,
    columns: own.map(({ column }) => column?.name ?? null),
    named: new Map(own.flatMap(({ header, column }) => (column === null ? [] : [[header, column.name]]))),
  };
}

function toldApart(raw: Buffer, { own, isCut }: { readonly own: Own; readonly isCut: boolean }): RecordApart | null {
  const { texts, columns, named } = own;
  const record = withoutSigns(raw);
  if (texts === null) return isCut ? null : ofNames(record, named);
  const all = texts(record);
  const cells = isCut ? all.slice(0, -1) : all;
  const byColumn = columns.flatMap((name, i): (readonly [string, string | null])[] =>
    name === null || (isCut && i >= cells.length) ? [] : [[name, cells[i] ?? null]],
  );
  return { count: isCut ? null : { cells: cells.length, columns: columns.length }, cells: new Map(byColumn) };
}

/** Of a record that is a JSON object, its texts: numbers and words have no signs that are shown as others. */
function ofNames(record: Buffer, named: ReadonlyMap<string, string>): RecordApart | null {
  const cells = new Map<string, string | null>();
  for (const [key, value] of Object.entries(objectIn(record.toString('utf8')) ?? {})) {
    const name = named.get(key);
    if (name !== undefined && typeof value === 'string') cells.set(name, value);
  }
  return { count: null, cells };
}

function objectIn(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null;
  }
}
