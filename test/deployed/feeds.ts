import { GetFunctionConfigurationCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { inject } from 'vitest';
import { certificate, type FeedServer, startFeedServer } from '../unit/fetch/feed-server.ts';
import { ownConnection } from './world/account.ts';
import { feedRows } from './world/files.ts';
import { outputOf } from './world/outputs.ts';
import { feedSecret, feedsTable } from './world/own-project.ts';
import { openRules, type PutBack } from './world/rules.ts';
import type { Stored, World } from './world/world.ts';

/** Datasets whose files come by themselves, under way: what was set off when this was opened takes minutes. */
export interface Feeds {
  /** Where `fetched` brings its file from; null where the functions cannot reach this machine. */
  readonly server: FeedServer | null;
  /** Of `nightly`: no event told of it. */
  readonly nightly: Stored;
  /** Of `lost`: no event told of it, and no schedule looks for it. */
  readonly lost: Stored;
  close(): Promise<void>;
}

/** The feed's login: no log, history or environment may hold it. */
export const feedPassword = 'a-password-of-the-feed';

const content = feedRows(1, 7);
const etag = '"the-only-version"';

/** Puts files where no event tells of them, and has the schedules fire every minute. */
export async function openFeeds(world: World): Promise<Feeds> {
  const { deployment, put, run } = world;
  await run(feedsTable);
  const rules = await openRules(world.endpoint);
  const putBack: PutBack[] = [await rules.silence('A file landed: load it', ['lost/', 'nightly/'])];
  const lost = await put(deployment.landingBucket, 'lost/event.csv', feedRows(101, 3));
  const nightly = await put(deployment.landingBucket, 'nightly/today.csv', feedRows(201, 4));
  putBack.push(await rules.retime('Landfall: load what lies there for nightly', everyMinute));
  const server = process.env['LANDFALL_FUNCTIONS_DATABASE_URL'] ? null : await openSource(world);
  if (server !== null) putBack.push(await rules.retime('Landfall: fetch the file of fetched', everyMinute));
  return {
    server,
    nightly,
    lost,
    async close() {
      for (const each of putBack.toReversed()) await each();
      rules.close();
      await server?.close();
    },
  };
}

const everyMinute = 'rate(1 minute)';

/** An HTTPS server of this machine that asks for a login, and a fetch function that trusts and reaches it. */
async function openSource(world: World): Promise<FeedServer> {
  await putFeedSecret(world.endpoint);
  await trustTestCertificate(world);
  const server = await startFeedServer(inject('feedPort'));
  const login = `Basic ${Buffer.from(`feed:${feedPassword}`).toString('base64')}`;
  server.answers((response, { headers }) => {
    if (headers.authorization !== login) response.writeHead(401).end();
    else if (headers['if-none-match'] === etag) response.writeHead(304, { etag }).end();
    else response.writeHead(200, { etag, 'content-length': String(content.length) }).end(content);
  });
  return server;
}

async function putFeedSecret(endpoint: string): Promise<void> {
  const client = new SecretsManagerClient(ownConnection(endpoint));
  const SecretString = JSON.stringify({ username: 'feed', password: feedPassword });
  try {
    await client.send(new CreateSecretCommand({ Name: feedSecret, SecretString }));
  } catch (error) {
    if (!(error instanceof ResourceExistsException)) throw error;
    await client.send(new PutSecretValueCommand({ SecretId: feedSecret, SecretString }));
  } finally {
    client.destroy();
  }
}

async function trustTestCertificate({ lambda, endpoint }: World): Promise<void> {
  const FunctionName = await outputOf(endpoint, 'FetchFunctionName');
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const Variables = { ...Environment?.Variables, LANDFALL_TEST_CERTIFICATE: certificate };
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
}
