import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bundleHandlers } from '../../infra/functions/bundle.ts';
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
    const applied = (await readMigrations()).map(({ name }) => name);
    expect(await bundled({}, context)).toEqual({ applied });
  });

  it('fails in a bundle that has none, instead of finding nothing to do', async () => {
    const bundled = await bundle();
    await rm(join(folder, 'migrations'), { recursive: true });
    await expect(bundled({}, context)).rejects.toThrow('migrations/ is not beside the code');
  });

  /** As the stack bundles all functions. */
  async function bundle(): Promise<Handler> {
    bundleHandlers(folder, { testable: false });
    return ((await import(pathToFileURL(join(folder, 'migrate.mjs')).href)) as { handler: Handler }).handler;
  }
});
