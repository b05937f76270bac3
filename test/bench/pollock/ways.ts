import { readObjectHead } from '../../../functions/extract/object-head.ts';
import { storeFor } from '../../../functions/objects/store-for.ts';
import { LoadRejected } from '../../../functions/protocol/errors.ts';
import { describedTable } from '../../../functions/sniff/alone/described.ts';
import { columnNames } from '../../../functions/sniff/alone/column-names.ts';
import { guessDialect } from '../../../functions/sniff/alone/guess-dialect.ts';
import type { Declared, Parameters } from './declared.ts';
import { type Loaded, loadFile } from './load-file.ts';

/** A load as somebody typed it, and what it came to. */
export interface TypedLoad {
  readonly declared: Declared;
  /** Of the table. */
  readonly columns: readonly string[];
  /** The file, or who described it, names the columns; else the rows have no header. */
  readonly isNamed: boolean;
  readonly loaded: Loaded;
}

/**
 * All that the benchmark says of the file is declared, into a table of the columns that it names. Where the file's header is
 * refused, because its names are none of a table (twice the same, none at all, over 63 bytes) or records are not as it has
 * them, the header is passed over and its columns are named, as many as the first record has, as the refusals say.
 */
export async function asDeclared(file: string, parameters: Parameters): Promise<TypedLoad> {
  const { declared, names, headerLines, preambleLines } = parameters;
  const isNamed = names.length > 0;
  const columns = columnNames(isNamed ? names : Array.from({ length: Math.max(1, parameters.columns) }, () => ''));
  const skipped = preambleLines === 0 ? declared : { ...declared, skipRows: preambleLines };
  if (headerLines > 0) {
    const own = headerLines === 1 ? skipped : { ...skipped, headerRows: headerLines };
    const loaded = await loadFile(file, columns, { skipRows: 0, ...own });
    if (loaded.kind === 'loaded') return { declared: own, columns, isNamed, loaded };
  }
  const lines = preambleLines + headerLines;
  const bare = { ...declared, ...(lines > 0 && { skipRows: lines }), header: columns };
  const loaded = await loadFile(file, columns, bare);
  const { cells } = loaded.kind === 'refused' ? loaded : { cells: null };
  if (cells === null) return { declared: bare, columns, isNamed, loaded };
  const others = columnNames(Array.from({ length: cells }, (_, i) => names[i] ?? ''));
  const asMany = { ...bare, header: others };
  return { declared: asMany, columns: others, isNamed, loaded: await loadFile(file, others, asMany) };
}

/**
 * Nothing is declared, and there is no table: what `landfall sniff FILE` says is typed, into a table of the columns that it
 * shows, or of numbered ones where it shows no header. Null: it is in doubt.
 */
export async function asSniffed(file: string): Promise<TypedLoad | null> {
  const head = await headOf(file);
  if (head === null) return null;
  const guess = guessDialect(head);
  if (guess.kind === 'doubtful') return null;
  const { format, columns: count } = guess.table;
  const { skipRows, header, isOwn, linesBefore, isDoubtful } = describedTable(guess.table);
  if (isDoubtful) return null;
  const columns = columnNames(header ?? Array.from({ length: count }, () => ''));
  const names = header !== null && isOwn && header.every((name, i) => name.trim() === '' || name === columns[i]);
  const lines = names ? skipRows : linesBefore;
  const found: Declared = {
    delimiter: format.delimiter,
    quote: format.quote ?? '"',
    ...(format.recordEnd !== undefined && { recordEnd: format.recordEnd }),
    ...(format.escape !== undefined && { escape: format.escape }),
    ...(lines > 0 && { skipRows: lines }),
    ...(!names && { header: columns }),
  };
  return { declared: found, columns, isNamed: header !== null, loaded: await loadFile(file, columns, found) };
}

async function headOf(file: string): Promise<Awaited<ReturnType<typeof readObjectHead>>['head'] | null> {
  try {
    const store = await storeFor('file://');
    return (await readObjectHead(store, await store.head({ bucket: 'file://', key: file }))).head;
  } catch (error) {
    if (error instanceof LoadRejected) return null;
    throw error;
  }
}

/** What was loaded as the benchmark wants it: CSV with a header where the columns have names of their own. Null: it was refused. */
export function written(load: TypedLoad | null): string | null {
  if (load === null || load.loaded.kind === 'refused') return null;
  const { columns, rows } = load.loaded;
  const lines = [...(load.isNamed ? [columns] : []), ...rows];
  return lines.map((cells) => `${cells.map((cell) => `"${(cell ?? '').replaceAll('"', '""')}"`).join(',')}\n`).join('');
}
