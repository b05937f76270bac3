import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readMigrations } from '../../functions/migrate/migrate.ts';
import { handler as fromSource } from '../../functions/migrate/handler.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

type Handler = (event: unknown, context: object) => Promise<unknown>;
const context = { awsRequestId: 'test', getRemainingTimeInMillis: () => 60_000 };

describe('the function that migrates', () => {
  let database: TestDatabase;
  let folder: string;
  beforeEach(async () => {
    database = await testDatabase();
    folder = await mkdtemp(join(tmpdir(), 'landfall-migrate-'));
    vi.stubEnv('DATABASE_URL', database.url);
    vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
    await database.drop();
  });

  it('applies every file once, also where it runs from source', async () => {
    const applied = (await readMigrations()).map(({ name }) => name);
    expect(await fromSource({}, context)).toEqual({ applied });
    expect(await fromSource({}, context)).toEqual({ applied: [] });
  });

  it('does the same in a bundle that has the folder migrations/ beside it', async () => {
    const bundled = await bundle();
    await cp('functions/migrate/migrations', join(folder, 'migrations'), { recursive: true });
    const applied = (await readMigrations()).map(({ name }) => name);
    expect(await bundled({}, context)).toEqual({ applied });
  });

  it('fails in a bundle that has none, instead of finding nothing to do', async () => {
    const bundled = await bundle();
    await expect(bundled({}, context)).rejects.toThrow('migrations/ is not beside the code');
  });

  /** As the stack bundles a function. */
  async function bundle(): Promise<Handler> {
    const outfile = join(folder, 'index.mjs');
    await build({
      entryPoints: ['functions/migrate/handler.ts'],
      outfile,
      bundle: true,
      platform: 'node',
      target: 'node24',
      format: 'esm',
      mainFields: ['module', 'main'],
      external: ['pg-native'],
      banner: {
        js: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);",
      },
    });
    return ((await import(pathToFileURL(outfile).href)) as { handler: Handler }).handler;
  }
});
