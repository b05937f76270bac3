import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OrdersWritten, writeOrders } from '../../localstack/demo/orders.ts';

/** A generated file and what a load of it must end with. */
export interface DataFile extends OrdersWritten {
  readonly path: string;
  readonly bytes: number;
}

export interface DataWanted {
  /** dirty: 1 % bad types, 0.1 % bad structure, 5 % duplicate keys. */
  readonly kind: 'clean' | 'dirty';
  readonly rows: number;
  readonly seed: number;
  readonly sorted: boolean;
}

/** Generated files are kept here: five million rows take 10 s to write. */
const folder = join(tmpdir(), 'landfall-bench');

const faults = { clean: {}, dirty: { badTypes: 0.01, badStructure: 0.001, duplicateKeys: 0.05 } } as const;

/** The file, generated unless it is there from an earlier run of the same generator. Durable: no write-back later. */
export async function dataFile({ kind, rows, seed, sorted }: DataWanted): Promise<DataFile> {
  await mkdir(folder, { recursive: true });
  const name = [kind, rows, seed, ...(sorted ? ['sorted'] : []), await generatorVersion()].join('-');
  const path = join(folder, `${name}.csv`);
  const written = (await readWritten(path)) ?? (await write(path, { rows, seed, shuffle: !sorted, ...faults[kind] }));
  return { ...written, path, bytes: (await stat(path)).size };
}

/** Reads the whole file once, so that every contestant finds it in the page cache. */
export async function warm({ path }: Pick<DataFile, 'path'>): Promise<void> {
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) bytes += (chunk as Buffer).length;
  if (bytes === 0) throw new Error(`${path} is empty; remove it with: npm run bench -- --clean`);
}

/** Answers the folder that is gone. */
export async function removeDataFiles(): Promise<string> {
  await rm(folder, { recursive: true, force: true });
  return folder;
}

async function write(path: string, wanted: Parameters<typeof writeOrders>[1]): Promise<OrdersWritten> {
  const unfinished = `${path}.${process.pid}.part`;
  try {
    const written = await writeOrders(unfinished, wanted);
    const file = await open(unfinished);
    await file.sync();
    await file.close();
    await writeFile(countsOf(path), JSON.stringify(written));
    await rename(unfinished, path);
    return written;
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** What was written earlier, or null: the file comes last, so where it is, its counts are. */
async function readWritten(path: string): Promise<OrdersWritten | null> {
  const there = await stat(path).catch(() => null);
  if (there === null) return null;
  return JSON.parse(await readFile(countsOf(path), 'utf8')) as OrdersWritten;
}

function countsOf(path: string): string {
  return `${path}.json`;
}

/** Part of the name, so that a changed generator never meets its old files. */
async function generatorVersion(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of ['orders.ts', 'order-cells.ts', 'random.ts']) {
    hash.update(await readFile(new URL(`../../localstack/demo/${file}`, import.meta.url)));
  }
  return hash.digest('hex').slice(0, 8);
}
