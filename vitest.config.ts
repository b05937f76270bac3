import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

type ProjectConfig = NonNullable<TestProjectInlineConfiguration['test']>;

/**
 * V8's compile cache of every process that a run starts: commands, CDK, workers. To strip and compile the loader's own
 * modules is two thirds of what their import costs. Below node_modules, which is the checkout's own: who can write here can
 * change the packages as well. It is kept for the next run; Node makes anew what is older than its file.
 */
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url));

/** What sets the loader up is each test's own: a folder, reports or a database of whoever runs the tests are nobody's business. */
for (const name of Object.keys(process.env)) {
  if (
    /^(LANDFALL_(HOME|REPORTS|DATASETS|LANDING|SOURCES|STACK|METRICS|WORKERS|OWNER)|DATABASE_URL|PG[A-Z]+)$/.test(name)
  )
    delete process.env[name];
}

/**
 * Tests that start no server and no process: milliseconds each, so that they are what one runs while writing. What makes
 * a template is not among them: it takes seconds, and the one that bundles all functions a minute.
 */
const pure = [
  'test/unit/**/*.test.ts',
  'test/architecture/**/*.test.ts',
  'test/infra/{access,queue,scale,settings,state-machine}.test.ts',
];

/** Kill tests and seeded histories: `npm run faults`, never part of `npm test`. */
const faults = ['test/faults/**/*.test.ts'];

/** What an attacker would try (docs/security.md): `npm run test:security`. Four minutes, so not part of `npm test`. */
const attacks = ['test/security/**/*.test.ts'];

/**
 * The path in its variations, each of them whole loads: every kind of bad file, every moment of an interruption, every setting of a
 * server. `npm run test:wide`, a quarter of them by turns in CI, so that `npm test` ends within minutes.
 */
const wide = [
  'test/pipeline/{beside-standby,canaries,conflict-writers,dry-run,indexes,indexes-interrupted,live-or-not,outage,own-settings,replace-interrupted,same-plans,typed-rules}.test.ts',
  'test/pipeline/targets/*.test.ts',
  'test/pipeline/sets/ten-thousand.test.ts',
  'test/pipeline/files/{bad-input,cleaning,gzip,many-reasons,row-too-big}.test.ts',
];

/** Properties whose case is a whole load, a hundred times the cases of `npm test`: `npm run test:long`. */
const properties = [
  'test/pipeline/files/right-rows.test.ts',
  'test/pipeline/dry-run.test.ts',
  'test/pipeline/{replace,history}.property.test.ts',
  'test/pipeline/sets/{gather.property,exactly-once.property,runs}.test.ts',
  'test/pipeline/conflict-writers.test.ts',
];

/** Files that are wrong, or look so, each a load: some of them in `npm test`, all of them with `npm run test:hostile`. */
const hostile = ['test/hostile/hostile.test.ts'];

/** Against a LocalStack that runs at AWS_ENDPOINT_URL: `npm run test:localstack`, never part of `npm test`. */
const deployed = ['test/deployed/suite.test.ts'];

/**
 * Of the server's version: on PostgreSQL 16 and 18 with `npm run test:versions`, beside what only one of them has. Not the
 * snapshot of plans, which is the planner's of 17.
 */
const ofVersions = ['test/{db,pipeline,hostile}/**/*.test.ts'];
const otherVersion = process.env['LANDFALL_TEST_POSTGRES'];
const ofOneVersion = ['test/versions/**/*.test.ts'];

/** Starts one PostgreSQL 17, or the one of LANDFALL_TEST_POSTGRES, for the whole run and stops it; a server that does not start fails the run. */
const withServer = ['test/support/global-setup.ts'];

/** Each file leaves its process as it found it. Statements are recorded only where LANDFALL_RECORD is set. */
const leaving = ['test/support/leave-as-found.ts'];
const recording = [...leaving, 'test/support/record-statements.ts'];

/**
 * One process for all files of a worker, one after another: a process a file costs half a second of CPU, and what it imports
 * (the handlers, CDK) up to a second more.
 */
const sharedProcess = { isolate: false };

/** A test that waits for a server, a child process or a bundle; what takes longer says so itself. */
const timeouts = { testTimeout: 30_000, hookTimeout: 60_000 };

/** What a test polls for may wait for a process to start on a busy machine: a second, vitest's own, is too short for that. */
const polling = { poll: { timeout: 15_000 } };

/** The packed and installed package, in a folder of its own: `npm run test:package`, a step of .ci/run. */
const installed = ['test/package/**/*.test.ts'];

/** Pages in a Chromium of this machine, where there is one: `npm run test:page`. */
const inBrowser = ['test/page/**/*.test.ts'];

/** Tests over the run's PostgreSQL, and in what their project differs from the others. */
function onServer(name: string, include: string[], more: ProjectConfig = {}): { extends: true; test: ProjectConfig } {
  return {
    extends: true,
    test: { name, include, globalSetup: withServer, setupFiles: recording, ...timeouts, ...more },
  };
}

export default defineConfig({
  test: {
    reporters: ['default', './test/support/summary-reporter.ts'],
    // a core each; by default one is left over, which on two cores is half: most tests wait for a server or a process
    maxWorkers: '100%',
    expect: polling,
    projects: [
      { extends: true, test: { name: 'pure', include: pure, setupFiles: leaving, ...sharedProcess, ...timeouts } },
      // everything that is not listed elsewhere, so that no new folder of tests is forgotten
      onServer('postgres', ['test/**/*.test.ts'], {
        exclude: [...pure, ...attacks, ...faults, ...deployed, ...installed, ...ofOneVersion, ...inBrowser, ...wide],
        ...sharedProcess,
      }),
      onServer('versions', [...ofVersions, `test/versions/postgres-${otherVersion ?? '*'}.test.ts`], {
        exclude: ['test/pipeline/same-plans.test.ts'],
        ...sharedProcess,
      }),
      onServer('wide', wide, sharedProcess),
      onServer('page', inBrowser),
      onServer('security', attacks),
      onServer('long', properties, { env: { LANDFALL_TEST_TIMES: process.env['LANDFALL_TEST_TIMES'] ?? '100' } }),
      onServer('hostile', hostile, { env: { LANDFALL_HOSTILE_SHARE: process.env['LANDFALL_HOSTILE_SHARE'] ?? '1' } }),
      { extends: true, test: { name: 'package', include: installed, setupFiles: leaving, ...timeouts } },
      {
        extends: true,
        test: {
          name: 'faults',
          include: faults,
          globalSetup: withServer,
          testTimeout: 600_000,
          hookTimeout: 120_000,
          // a kill test owns the machine while it runs: two at once would only measure each other
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'localstack',
          include: deployed,
          globalSetup: ['test/deployed/global-setup.ts'],
          testTimeout: 240_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
