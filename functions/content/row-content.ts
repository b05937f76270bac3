import { decoders } from '../decoding/all.ts';
import { DecodingFault, type RowTable } from '../decoding/decoder.ts';
import type { DecodingStep } from '../decoding/steps.ts';
import { keepMemoryFlat } from '../objects/flat-memory.ts';
import type { ObjectStore, StoredObject } from '../objects/store.ts';
import type { Content } from './content.ts';
import type { Head } from './head.ts';
import { refusal, storedSource } from './decoding-chain.ts';

/** The table of an object by its rows. Throws LoadRejected. */
export async function tableIn(
  store: ObjectStore,
  object: StoredObject,
  { kind }: Pick<DecodingStep, 'kind'>,
): Promise<RowTable | null> {
  const { table } = decoders[kind];
  if (table === undefined) return null;
  return await refusing(object, table(storedSource(store, object)));
}

/**
 * The head of a table whose columns all have a name: its header alone, which no row has to be read for. Null: it is none, or what stands
 * in columns without a name is looked for in its first rows. Throws LoadRejected.
 */
export async function headOfTable(store: ObjectStore, object: StoredObject, step: DecodingStep): Promise<Head | null> {
  const table = await tableIn(store, object, step);
  if (table === null || namelessCell.test(table.header.toString('latin1'))) return null;
  return { bytes: table.header, isAll: table.rows === 0 };
}

const namelessCell = /(?:^|,)(?:"")?(?:,|\n)/;

/** A table of which any row may be entered: its offsets count rows from 0, its footer is read once. */
export function rowContent(
  store: ObjectStore,
  object: StoredObject,
  { kind, rows }: Pick<DecodingStep, 'kind'> & { readonly rows: number },
): Content {
  let opened: Promise<RowTable | null> | null = null;
  return {
    length: rows,
    entersAnywhere: true,
    countsRows: true,
    async *read({ start, end }) {
      opened ??= tableIn(store, object, { kind });
      const table = await opened;
      if (table === null || table.rows !== rows)
        throw new Error(`${kind}: ${table?.rows ?? 'no'} rows where ${rows} were planned`);
      try {
        yield* keepMemoryFlat(table.read({ start, end: Math.min(end, rows) }));
      } catch (error) {
        throw error instanceof DecodingFault ? refusal(object, [], error) : error;
      }
    },
    endsAt: async (offset) => offset >= rows,
    paddingBytes: 0,
    trailer: null,
    notes: [],
    close: async () => undefined,
  };
}

async function refusing<T>(object: StoredObject, opening: Promise<T>): Promise<T> {
  try {
    return await opening;
  } catch (error) {
    throw error instanceof DecodingFault ? refusal(object, [], error) : error;
  }
}
