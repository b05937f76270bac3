import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { withClient } from '../../../functions/db/client.ts';
import { startTemporaryServer } from '../../../localstack/embedded/server/temporary-server.ts';
import { type Compared, compareFile, type OracleWorld } from './compare.ts';
import { openDuck } from './duckdb.ts';
import { madeFiles } from './made-files.ts';
import { jsonReading, parquetReading } from './readings.ts';

// Loads files of Parquet and JSON with the command into a PostgreSQL of its own, and compares each cell with what DuckDB reads in the
// same file. Arguments: files; without any, files that DuckDB makes of all its types, and those of vega-datasets.
// Exit code 1 where a cell differs or one of both refuses a file that the other reads.

const asked = process.argv.slice(2);
const absent = asked.filter((path) => !existsSync(path));
if (absent.length > 0) {
  process.stderr.write(
    `no such file: ${absent.join(', ')}\nusage: npm run bench:oracle -- [FILE.parquet|FILE.json|FILE.ndjson ...]\n`,
  );
  process.exit(64);
}
const code = await main().catch((error: unknown) => {
  process.stderr.write(`FAILED: ${error instanceof Error ? error.message : String(error)}\n`);
  return 1;
});
process.exit(code);

async function main(): Promise<number> {
  const duck = await openDuck();
  const folder = await mkdtemp(join(tmpdir(), 'landfall-oracle-'));
  const server = await startTemporaryServer({ directory: await mkdtemp(join(tmpdir(), 'landfall-oracle-server-')) });
  try {
    const files = asked.length > 0 ? asked : [...(await madeFiles(duck, folder)), ...vegaFiles()];
    return await withClient({ connectionString: server.url, applicationName: 'oracle' }, async (db) => {
      const told = { files: 0, cells: 0, differ: 0 };
      for (const path of files) {
        const words = await compared({ duck, db, url: server.url, folder }, path, told);
        process.stdout.write(`${basename(path)}: ${words}\n`);
      }
      process.stdout.write(`${told.files} files, ${told.cells} cells the same, ${told.differ} files differ\n`);
      return told.differ === 0 ? 0 : 1;
    });
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function compared(
  world: OracleWorld,
  path: string,
  told: { files: number; cells: number; differ: number },
): Promise<string> {
  told.files += 1;
  const reading = await (path.endsWith('.parquet') ? parquetReading : jsonReading)(world.duck, path).catch(
    (error: unknown) => String(error).split('\n')[0] ?? '',
  );
  if (reading === null) return 'no objects of JSON, left out';
  const found: Compared | string =
    typeof reading === 'string' ? reading : await compareFile(world, path, reading).catch(String);
  if (typeof found === 'string') {
    told.differ += 1;
    return `not compared: ${found}`;
  }
  if (found.refused !== null) {
    told.differ += 1;
    return `refused, DuckDB reads it: ${found.refused}`;
  }
  if (found.differences.length > 0) told.differ += 1;
  else told.cells += found.cells;
  return [`${found.rows} rows, ${found.cells} cells`, ...found.differences].join('\n  ');
}

function vegaFiles(): readonly string[] {
  const data = new URL('../../../node_modules/vega-datasets/data/', import.meta.url);
  return readdirSync(data)
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(data.pathname, name));
}
