import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { finished, pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { splitCells } from '../../functions/formats/delimited/cells.ts';
import { ordersHeader } from '../../localstack/demo/orders.ts';
import type { DataFile } from './data-files.ts';

/** A clean file's rows as JSON lines, as they are and packed; kept beside it between runs, and removed with it. */
export async function jsonFiles(clean: DataFile): Promise<{ readonly plain: DataFile; readonly packed: DataFile }> {
  const plain = await writtenOnce(clean, clean.path.replace(/\.csv$/, '.ndjson'), (path) =>
    writeLines(clean.path, path),
  );
  const packed = await writtenOnce(clean, `${plain.path}.gz`, (path) =>
    pipeline(createReadStream(plain.path), createGzip(), createWriteStream(path)),
  );
  return { plain, packed };
}

/** The file at `path`, written unless it is there. Durable: no write-back later. */
export async function writtenOnce(
  rows: DataFile,
  path: string,
  write: (path: string) => Promise<void>,
): Promise<DataFile> {
  if ((await stat(path).catch(() => null)) === null) {
    const unfinished = `${path}.${process.pid}.part`;
    try {
      await write(unfinished);
      const file = await open(unfinished);
      await file.sync();
      await file.close();
      await rename(unfinished, path);
    } finally {
      await rm(unfinished, { force: true });
    }
  }
  return { ...rows, path, bytes: (await stat(path)).size };
}

/** One object a record: id and amount are numbers, NULL is null, all else strings. No record has a line end in it. */
async function writeLines(csv: string, path: string): Promise<void> {
  const names = ordersHeader.split(',');
  const out = createWriteStream(path, { highWaterMark: 2 ** 20 });
  let isHeader = true;
  for await (const line of createInterface({ input: createReadStream(csv), crlfDelay: Infinity })) {
    if (!isHeader) {
      const cells = splitCells(Buffer.from(line), { delimiter: 0x2c, quoting: 'declared' });
      const members = names.map((name, i) => `${JSON.stringify(name)}:${valueOf(name, cells[i] ?? null)}`);
      if (!out.write(`{${members.join(',')}}\n`)) await once(out, 'drain');
    }
    isHeader = false;
  }
  out.end();
  await finished(out);
}

function valueOf(name: string, cell: Buffer | null): string {
  if (cell === null) return 'null';
  const text = cell.toString('utf8');
  return name === 'id' || name === 'amount' ? text : JSON.stringify(text);
}
