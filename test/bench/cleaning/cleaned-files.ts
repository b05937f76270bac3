import { splitCells } from '../../../functions/formats/delimited/cells.ts';
import type { DataFile } from '../data-files.ts';
import { rewritten } from '../rewritten.ts';

/** Steps whose plain forms the scanner keeps, as --clean takes them. */
export const steps = ['email=trim', 'currency=upper', 'note=null:n/a', 'amount=decimal:comma'] as const;

/** The same rows twice: cells of which no step changes any, and such that each step changes in every record. Kept between runs. */
export async function cleanedFiles(clean: DataFile): Promise<{ readonly sound: DataFile; readonly soiled: DataFile }> {
  const made = async (name: string, line: (cells: Cells) => string): Promise<DataFile> =>
    await rewritten(clean, name, (read, record) => (record === 0 ? read : line(cellsOf(read))));
  return { sound: await made('sound', soundLine), soiled: await made('soiled', soiledLine) };
}

interface Cells {
  readonly id: string;
  readonly account: string;
  readonly email: string;
  readonly amount: string;
  readonly currency: string;
  readonly created: string;
  readonly status: string;
}

/** No decimals: `decimal:comma` refuses a point, and a comma it would have to change. */
function soundLine({ id, account, email, amount, currency, created, status }: Cells): string {
  return `${id},${account},${email},${amount},${currency},${created},${status},`;
}

function soiledLine({ id, account, email, amount, currency, created, status }: Cells): string {
  return `${id},${account}, ${email} ,"${amount},00",${currency.toLowerCase()},${created},${status},n/a`;
}

function cellsOf(line: string): Cells {
  const cells = splitCells(Buffer.from(line), { delimiter: 0x2c, quoting: 'declared' });
  const [id = '', account = '', email = '', amount = '', currency = '', created = '', status = ''] = cells.map(
    (cell) => cell?.toString('utf8') ?? '',
  );
  return { id, account, email: email || 'none', amount: amount.replace(/\..*$/, ''), currency, created, status };
}
