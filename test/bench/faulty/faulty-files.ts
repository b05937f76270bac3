import { splitCells } from '../../../functions/formats/delimited/cells.ts';
import type { DataFile } from '../data-files.ts';
import { rewritten } from '../rewritten.ts';

/** Every tenth record of the faulty file is a reject. */
const oneIn = 10;

/** What the target is; the file's columns are the same. */
export const faultyTarget = `
  create table public.shipments (
    id bigint primary key,
    account text not null,
    email varchar(60),
    quantity integer not null,
    amount numeric(12,2) not null check (amount >= 0),
    shipped date not null,
    status text not null,
    note text
  )`;

interface Cells {
  id: string;
  account: string;
  email: string;
  quantity: string;
  amount: string;
  shipped: string;
  status: string;
  note: string;
}

/** One fault each: the first two keep a record out of typed staging, the others are found in it. */
const faults: readonly ((cells: Cells) => void)[] = [
  (cells) => void (cells.quantity = `${cells.quantity}x`),
  (cells) => void (cells.shipped = cells.shipped.replace(/-\d\d-\d\d$/, '-02-30')),
  (cells) => void (cells.account = ''),
  (cells) => void (cells.email = `${'very.long.'.repeat(6)}${cells.email}`),
  (cells) => void (cells.amount = `-${cells.amount}`),
];

/**
 * The same rows twice, as a table of shipments takes them: sound, and with every tenth record faulty: by turns a bad integer, a day
 * that is none, a missing value, a text too long and a failed CHECK; every third of those has two reasons, every ninth three. Kept between runs.
 */
export async function faultyFiles(clean: DataFile): Promise<{ readonly sound: DataFile; readonly faulty: DataFile }> {
  const sound = await rewritten(clean, 'shipments', (line, record) => shipment(line, record, 0));
  const faulty = await rewritten(clean, 'shipments-faulty', (line, record) =>
    shipment(line, record, record % oneIn === 0 ? reasonsOf(record / oneIn) : 0),
  );
  const rejected = Math.floor(clean.rows / oneIn);
  return { sound, faulty: { ...faulty, expected: { ...clean.expected, rejected, accepted: clean.rows - rejected } } };
}

function reasonsOf(nth: number): number {
  if (nth % 9 === 0) return 3;
  return nth % 3 === 0 ? 2 : 1;
}

/** @param record from 1; 0 is the header. */
function shipment(line: string, record: number, reasons: number): string {
  if (record === 0) return 'id,account,email,quantity,amount,shipped,status,note';
  const read = splitCells(Buffer.from(line), { delimiter: 0x2c, quoting: 'declared' });
  const [id = '', account = '', email = '', amount = '', , created = '', status = ''] = read.map(
    (cell) => cell?.toString('utf8') ?? '',
  );
  const cells: Cells = {
    id,
    account,
    email,
    quantity: String(1 + (record % 97)),
    amount,
    shipped: created.slice(0, 10),
    status,
    note: record % 4 === 0 ? '"Ring twice, the bell is slow"' : 'Leave it with the neighbour on the second floor',
  };
  for (let i = 0; i < reasons; i += 1) faults[(record / oneIn + 2 * i) % faults.length]?.(cells);
  return Object.values(cells).join(',');
}
