import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import type { DataFile } from './data-files.ts';
import { writtenOnce } from './json-file.ts';

/**
 * A clean file's lines, each as another one; kept beside it between runs, and removed with it.
 * @param line is given the number of the record, from 1; the header is 0.
 */
export async function rewritten(
  clean: DataFile,
  name: string,
  line: (read: string, record: number) => string,
): Promise<DataFile> {
  return await writtenOnce(clean, clean.path.replace(/\.csv$/, `-${name}.csv`), async (path) => {
    const out = createWriteStream(path, { highWaterMark: 2 ** 20 });
    let record = 0;
    for await (const read of createInterface({ input: createReadStream(clean.path), crlfDelay: Infinity })) {
      if (!out.write(`${line(read, record)}\n`)) await once(out, 'drain');
      record += 1;
    }
    out.end();
    await finished(out);
  });
}
