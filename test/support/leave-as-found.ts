import { rmSync } from 'node:fs';
import { afterAll, vi } from 'vitest';
import { keepSessions } from '../../functions/db/session/kept-sessions.ts';
import { foldersToRemove } from './folders.ts';

// Run before each test file, also where files share a process and its modules (vitest.config.ts): whatever one set or made
// there is gone when the next one begins.

const found = { ...process.env };
afterAll(() => {
  // the one S3 client of a process (store-for.ts) keeps the endpoint that it began with: a server that is gone by now
  if (process.env['AWS_ENDPOINT_URL'] !== found['AWS_ENDPOINT_URL']) vi.resetModules();
  keepSessions({ most: 0, milliseconds: 0 });
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  for (const name of Object.keys(process.env)) if (!(name in found)) delete process.env[name];
  Object.assign(process.env, found);
  for (const folder of foldersToRemove.splice(0)) rmSync(folder, { recursive: true, force: true });
});
