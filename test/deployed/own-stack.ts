import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageFolder } from '../../project/own-package.ts';
import { ident, sql, trustedSql } from '../../functions/core/sql.ts';
import { many, one, withClient } from '../../functions/db/client.ts';
import { migrate } from '../../functions/migrate/migrate.ts';
import { environmentFor } from '../../localstack/deploy/clients.ts';
import { databaseUrl } from '../support/database-url.ts';
import { outside } from '../support/outside.ts';
import { ownAccount, ownConnection } from './world/account.ts';
import { endOf, functionsUrl, type Typed } from './world/command.ts';
import { until } from './world/until.ts';
import type { World } from './world/world.ts';

/** As long as a stack takes to be there, and a file to be loaded. */
const patienceMs = 150_000;

/** examples/own-stack as its user has it: the package from its tarball, a CDK app with one construct in it, datasets of its own. */
export function ownStack(world: () => World): void {
  describe('a stack of one’s own', () => {
    let folder: string;
    let url: string;
    const name = `landfall_own_stack_${randomBytes(4).toString('hex')}`;
    const connection = { ...ownAccount, endpoint: process.env['AWS_ENDPOINT_URL'] ?? '' };

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'landfall-own-stack-'));
      await install(folder);
      url = databaseUrl(world().databaseUrl, name);
      await world().connect((db) =>
        outside(db, sql`create database ${ident(name)} template template0 encoding 'UTF8'`),
      );
      const tables = trustedSql(await readFile(join(folder, 'tables.sql'), 'utf8'));
      await withClient({ connectionString: url, applicationName: 'test' }, async (db) => {
        await migrate(db, null);
        await outside(db, tables);
      });
      const client = new SecretsManagerClient(ownConnection(connection.endpoint));
      const login = functionsUrl(url)['LANDFALL_FUNCTIONS_DATABASE_URL'] ?? url;
      await client.send(new CreateSecretCommand({ Name: 'shop/database', SecretString: login }));
      client.destroy();
    }, 240_000);
    afterAll(async () => {
      await rm(folder, { recursive: true, force: true });
      await world().connect((db) => outside(db, sql`drop database if exists ${ident(name)} with (force)`));
    });

    /** A program of the folder, on the Node that the machine has, with an account's usual settings. */
    async function typed(program: string, ...words: readonly string[]): Promise<Typed> {
      const child = spawn('node', [program, ...words], { cwd: folder, env: environmentFor(connection, process.env) });
      return await endOf(child);
    }

    test('loads what lands for the datasets beside it, and answers the package’s command', async () => {
      const outputs = join(folder, 'outputs.json');
      const deployed = await typed(
        join(packageFolder, 'node_modules/aws-cdk/bin/cdk'),
        ...['deploy', '--require-approval', 'never', '--outputs-file', outputs, '--context', 'localstack=true'],
      );
      expect(deployed.code, deployed.err).toBe(0);
      const { Shop = {} } = JSON.parse(await readFile(outputs, 'utf8')) as Record<string, Record<string, string>>;
      const file = await readFile(join(folder, 'files/rates.csv'));
      await world().put(Shop['LandingBucketName'] ?? '', 'rates/rates.csv', file);
      await withClient({ connectionString: url, applicationName: 'test' }, async (db) => {
        const outcome = await until('the rates are loaded', patienceMs, async () => {
          const [load] = await many<{ outcome: string | null }>(db, sql`select outcome from landfall.loads`);
          return load?.outcome ?? null;
        });
        expect(outcome).toBe('LOADED');
        expect(await one(db, sql`select count(*)::integer as n from public.rates`)).toEqual({ n: 3 });
      });
      const listed = await typed('node_modules/landfall/dist/cli/landfall.mjs', 'list', '--stack', 'Shop', '--json');
      expect(listed).toMatchObject({ code: 0, err: '' });
      expect(JSON.parse(listed.out)).toMatchObject({ loads: [{ dataset: 'rates', outcome: 'LOADED' }] });
    }, 400_000);
  });
}

/** The example and the package in a folder; what the package needs is what this repository has installed. */
async function install(folder: string): Promise<void> {
  const run = promisify(execFile);
  await cp(join(packageFolder, 'examples/own-stack'), folder, { recursive: true });
  const packed = join(folder, 'packed');
  await mkdir(packed);
  await run('npm', ['pack', '--pack-destination', packed], { cwd: packageFolder });
  const [tarball = ''] = await readdir(packed);
  await run('tar', ['xzf', tarball], { cwd: packed });
  const installed = join(packageFolder, 'node_modules');
  await symlink(installed, join(packed, 'package/node_modules'));
  await mkdir(join(folder, 'node_modules'));
  await symlink(join(packed, 'package'), join(folder, 'node_modules/landfall'));
  for (const name of ['aws-cdk-lib', 'constructs'])
    await symlink(join(installed, name), join(folder, 'node_modules', name));
}
