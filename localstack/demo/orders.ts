import { open, rm } from 'node:fs/promises';
import { orderCells, type OrderCells } from './order-cells.ts';
import { permutation, type Random, seededRandom } from './random.ts';

export interface OrdersWanted {
  /** Records of the file, the header not counted; at most 2^31. */
  readonly rows: number;
  /** The same seed gives the same bytes. */
  readonly seed: number;
  /** Share (0 to 1) of records with a cell that its type refuses: letters in a number, a 30 February. */
  readonly badTypes?: number;
  /** Share of records that are no records: a cell too few or too many, a stray quote, text after a quote, bad UTF-8. */
  readonly badStructure?: number;
  /** Share of records whose id an earlier good record has already. */
  readonly duplicateKeys?: number;
  /** Share of records whose note is quoted and holds newlines, quotes and commas. */
  readonly multiline?: number;
  /** Ids in random order; otherwise they rise from 1. */
  readonly shuffle?: boolean;
}

export interface OrdersWritten {
  readonly rows: number;
  /** What a load of the file into an empty table must end with: accepted = inserted, and the three add up to rows. */
  readonly expected: { readonly rejected: number; readonly duplicate: number; readonly accepted: number };
}

export const ordersHeader = 'id,account,email,amount,currency,created_at,status,note';

/** 1 MiB a write: two dozen system calls a million rows would save nothing more. */
const chunkCharacters = 1_048_576;

/**
 * Writes a CSV of orders (~130 bytes a record, UTF-8, LF), streaming, in place of whatever lies at `path`. How many records are
 * faulty is drawn record by record, so the shares are met on average and `expected` tells exactly what was written.
 */
export async function writeOrders(path: string, wanted: OrdersWanted): Promise<OrdersWritten> {
  const records = orderRecords(wanted);
  await rm(path, { force: true });
  const file = await open(path, 'wx', 0o600);
  try {
    let chunk = `${ordersHeader}\n`;
    for (let n = 0; n < wanted.rows; n += 1) {
      chunk += records.next();
      if (chunk.length >= chunkCharacters) {
        await file.appendFile(Buffer.from(chunk, 'latin1'));
        chunk = '';
      }
    }
    await file.appendFile(Buffer.from(chunk, 'latin1'));
  } finally {
    await file.close();
  }
  return { rows: wanted.rows, expected: records.expected() };
}

/** The records one after the other, as byte strings (latin1), each with its line end. */
function orderRecords(wanted: OrdersWanted): { next(): string; expected(): OrdersWritten['expected'] } {
  const { badTypes = 0, badStructure = 0, duplicateKeys = 0, multiline = 0, shuffle = false } = wanted;
  const random = seededRandom(wanted.seed);
  const cells = orderCells(random);
  const place = shuffle ? permutation(wanted.rows, wanted.seed) : (index: number) => index;
  let accepted = 0;
  let rejected = 0;
  let duplicate = 0;
  const nextCells = (id: string): OrderCells => cells(id, random.next() < multiline);
  return {
    next() {
      const fate = random.next();
      if (fate < badStructure) {
        rejected += 1;
        return brokenRecord(nextCells(faultyId(rejected)), random);
      }
      if (fate < badStructure + badTypes) {
        rejected += 1;
        return line(wrongType(nextCells(faultyId(rejected)), random));
      }
      if (fate < badStructure + badTypes + duplicateKeys && accepted > 0) {
        duplicate += 1;
        return line(nextCells(String(place(random.below(accepted)) + 1)));
      }
      accepted += 1;
      return line(nextCells(String(place(accepted - 1) + 1)));
    },
    expected: () => ({ rejected, duplicate, accepted }),
  };
}

/** Ids of rejected records lie far from all others, so that a record that slips through is seen and hides no good one. */
function faultyId(n: number): string {
  return String(900_000_000_000 + n);
}

function line(c: OrderCells): string {
  return `${c.id},${c.account},${c.email},${c.amount},${c.currency},${c.createdAt},${c.status},${c.note}\n`;
}

/** One cell that no leniency short of naming it lets through. */
function wrongType(cells: OrderCells, random: Random): OrderCells {
  switch (random.below(4)) {
    case 0:
      return { ...cells, amount: 'twelve' };
    case 1:
      return { ...cells, amount: `${cells.amount.slice(0, -3)}O.5` };
    case 2:
      return { ...cells, createdAt: `2024-02-30${cells.createdAt.slice(10)}` };
    default:
      return { ...cells, id: `${cells.id}x` };
  }
}

/** A record whose structure is wrong; it ends at its own line end and swallows no other. */
function brokenRecord(cells: OrderCells, random: Random): string {
  const good = { ...cells, note: 'Torn label' };
  switch (random.below(5)) {
    case 0:
      return `${good.id},${good.account},${good.email},${good.amount}\n`;
    case 1:
      return `${line(good).slice(0, -1)},${good.currency}\n`;
    case 2:
      return line({ ...good, note: 'Monitor 27" wide' });
    case 3:
      return line({ ...good, note: '"Torn label" (see photo)' });
    default:
      return line({ ...good, note: 'Stra\xdfe with a lone latin-1 byte' });
  }
}
