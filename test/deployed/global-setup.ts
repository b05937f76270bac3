import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { ident, sql } from '../../functions/core/sql.ts';
import { withClient } from '../../functions/db/client.ts';
import type { Deployment } from '../../localstack/deploy/outputs.ts';
import { throwawaySettings } from '../../localstack/embedded/server/settings.ts';
import { startTemporaryServer } from '../../localstack/embedded/server/temporary-server.ts';
import { databaseUrl } from '../support/database-url.ts';
import { deployByCommand } from './world/command.ts';
import { makeOwnProject } from './world/own-project.ts';
import { type Behaviour, probeLocalStack } from './world/probe.ts';
import { outside } from '../support/outside.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** What the real command deployed. */
    deployment: Deployment;
    /** The target's URL, as this process reaches it. */
    deployedDatabaseUrl: string;
    /** Folder of the project that was deployed: this one, with datasets of the tests. */
    project: string;
    /** Of this machine; the dataset `fetched` brings its file from there. */
    feedPort: number;
    /** In what this LocalStack does as AWS does. */
    behaviour: Behaviour;
  }
}

/**
 * Deploys the app into the LocalStack at AWS_ENDPOINT_URL by the command that a person types, over a PostgreSQL 17 of this
 * run's own (or the one of LANDFALL_TEST_DATABASE_URL, where functions in containers cannot reach this machine's loopback;
 * LANDFALL_FUNCTIONS_DATABASE_URL then says how they reach it). Without a LocalStack the run fails here.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const endpoint = process.env['AWS_ENDPOINT_URL'];
  if (!endpoint) {
    throw new Error('AWS_ENDPOINT_URL is not set: start a LocalStack and say where it is (docs/localstack.md)');
  }
  const given = process.env['LANDFALL_TEST_DATABASE_URL'];
  const server = given ? { url: given, stop: async () => undefined } : await startOwn();
  const name = `landfall_localstack_${randomBytes(4).toString('hex')}`;
  const feedPort = await freePort();
  const own = await makeOwnProject(feedPort);
  const tearDown = async (): Promise<void> => {
    await rm(own, { recursive: true });
    await administrate(server.url, sql`drop database if exists ${ident(name)} with (force)`);
    await server.stop();
  };
  try {
    await administrate(server.url, sql`create database ${ident(name)} template template0 encoding 'UTF8'`);
    const url = databaseUrl(server.url, name);
    project.provide('deployedDatabaseUrl', url);
    project.provide('project', own);
    project.provide('feedPort', feedPort);
    project.provide('deployment', await deployByCommand(own, url));
    project.provide('behaviour', await probeLocalStack(endpoint));
  } catch (error) {
    await tearDown();
    throw error;
  }
  return tearDown;
}

async function startOwn(): Promise<{ url: string; stop: () => Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'landfall-test-'));
  return startTemporaryServer({ directory, settings: { ...throwawaySettings, max_connections: '200' } });
}

async function administrate(url: string, statement: ReturnType<typeof sql>): Promise<void> {
  await withClient({ connectionString: url, applicationName: 'landfall:test' }, (db) => outside(db, statement));
}

/** One that nobody listens on now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
