import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { otherVersions } from '../support/postgres-package.ts';

/**
 * `npm run test:versions [-- 16|18] [FILE ...]`: the tests that use a server, on the versions of PostgreSQL beside 17, one after
 * the other (docs/versions.md). Exit code 1 where one of them fails.
 */
const [first = '', ...rest] = process.argv.slice(2);
const [majors, files] = first in otherVersions ? [[first], rest] : [Object.keys(otherVersions), process.argv.slice(2)];

const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
for (const major of majors) {
  process.stdout.write(`PostgreSQL ${otherVersions[major] ?? major}\n`);
  const { status } = spawnSync(process.execPath, [vitest, 'run', '--project', 'versions', ...files], {
    stdio: 'inherit',
    env: { ...process.env, LANDFALL_TEST_POSTGRES: major },
  });
  if (status !== 0) process.exitCode = 1;
}
