import { splitCells } from '../../../functions/formats/delimited/cells.ts';
import type { DataFile } from '../data-files.ts';
import { rewritten } from '../rewritten.ts';

/** Steps whose plain forms the scanner keeps, as --clean takes them. */
export const steps = ['email=trim', 'currency=upper', 'note=null:n/a', 'amount=decimal:comma'] as const;

/** Steps that have to read their cells: digits in groups, words, a pattern, moments of another country. */
export const costlySteps = [
  'account=replace:[-/]+=-',
  'email=map:keine=none',
  'amount=group:dot',
  'amount=decimal:comma',
  'created_at=timestamp:dd.MM.yyyy HH:mm:ssXXX',
  'status=title',
] as const;

/** The same rows three times: cells of which no step changes any, and such that each step changes in every record. Kept between runs. */
export async function cleanedFiles(
  clean: DataFile,
): Promise<{ readonly sound: DataFile; readonly soiled: DataFile; readonly written: DataFile }> {
  const made = async (name: string, line: (cells: Cells) => string): Promise<DataFile> =>
    await rewritten(clean, name, (read, record) => (record === 0 ? read : line(cellsOf(read))));
  return {
    sound: await made('sound-2', soundLine),
    soiled: await made('soiled-2', soiledLine),
    written: await made('written', writtenLine),
  };
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

/** No decimals: `decimal:comma` refuses a point, and a comma it would have to change. One email and words with a capital, as `costlySteps` makes them. */
function soundLine({ id, account, email, amount, currency, created, status }: Cells): string {
  return `${id},${account},${email},${amount},${currency},${created},${status},`;
}

function soiledLine({ id, account, email, amount, currency, created, status }: Cells): string {
  return `${id},${account}, ${email} ,"${amount},00",${currency.toLowerCase()},${created},${status},n/a`;
}

/** `1.234,00`: as a decimal comma and groups are written; below a thousand there is no group, so each amount has one. */
function writtenLine({ id, account, amount, currency, created, status }: Cells): string {
  const [year = '', month = '', day = ''] = created.slice(0, 10).split('-');
  const moment = `${day}.${month}.${year} ${created.slice(11, 19)}Z`;
  const grouped = `${amount.slice(0, -3)}.${amount.slice(-3)},00`;
  return `${id},${account.replace('-', '//')},keine,"${grouped}",${currency},${moment},${status.toLowerCase()},`;
}

function cellsOf(line: string): Cells {
  const cells = splitCells(Buffer.from(line), { delimiter: 0x2c, quoting: 'declared' });
  const [id = '', account = '', , amount = '', currency = '', created = '', status = ''] = cells.map(
    (cell) => cell?.toString('utf8') ?? '',
  );
  const thousands = String(1_000 + (Number(amount.replace(/\..*$/, '')) % 9_000));
  return { id, account, email: 'none', amount: thousands, currency, created, status: titled(status) };
}

function titled(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}
