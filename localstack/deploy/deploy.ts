import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printable } from '../../functions/core/printable.ts';
import { redact, secretsOf } from '../../functions/core/redact.ts';
import { migrate } from '../../functions/migrate/migrate.ts';
import { ledgerOwnerOf, requireLoadable, withDatabase } from '../../cli/database/database.ts';
import { exitCode } from '../../cli/typed/exit-codes.ts';
import { CommandError, UsageError } from '../../cli/typed/usage.ts';
import { bootstrap, deployAll } from './cdk.ts';
import { cdkContext } from './cdk-context.ts';
import { ensureDemoTables } from './demo-tables.ts';
import { requireLocalStack } from './health.ts';
import { type Deployment, deploymentOf } from './outputs.ts';
import { putDatabaseSecret } from './secret.ts';
import { type DeploySettings, readDeploySettings } from './settings.ts';

/** What the command touches of the world. */
export interface DeployContext {
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly signal: AbortSignal;
  /** The result. */
  out(text: string): void;
  /** Everything else. */
  err(text: string): void;
}

/** Deploys, prints what was deployed as one JSON object, and answers the exit code. */
export async function tellDeployment(context: DeployContext): Promise<number> {
  try {
    const settings = readDeploySettings(context.env);
    context.out(`${JSON.stringify(await deploy(settings, context))}\n`);
    return exitCode.done;
  } catch (error) {
    if (error instanceof UsageError) {
      for (const problem of error.problems) context.err(`deploy:localstack: ${printable(problem)}\n`);
      return exitCode.usage;
    }
    if (context.signal.aborted) {
      context.err('interrupted\n');
      return exitCode.interrupted;
    }
    const known = error instanceof CommandError;
    const words = known ? error.message : ((error as Error).stack ?? String(error));
    context.err(`deploy:localstack: ${redact(words, secretsOf(context.env))}\n`);
    return exitCode.failed;
  }
}

/**
 * The real app into a LocalStack, and the database ready for it: ledger, and the demo's tables where they are missing.
 * A second run updates in place.
 */
export async function deploy(settings: DeploySettings, context: Omit<DeployContext, 'out'>): Promise<Deployment> {
  await requireLocalStack(settings.endpoint);
  await prepareDatabase(settings, context);
  const secret = await putDatabaseSecret(settings);
  const folder = await mkdtemp(join(tmpdir(), 'landfall-deploy-'));
  try {
    const run = { settings, env: context.env, signal: context.signal, folder };
    await bootstrap(run);
    return deploymentOf(await deployAll(run, cdkContext(secret)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function prepareDatabase(
  { databaseUrl }: DeploySettings,
  { env, err }: Omit<DeployContext, 'out'>,
): Promise<void> {
  await withDatabase({ url: databaseUrl, embedded: false, by: 'DATABASE_URL' }, async (db) => {
    await requireLoadable(db, databaseUrl, { env });
    const { applied } = await migrate(db, ledgerOwnerOf({ env }));
    err(applied.length === 0 ? 'the ledger is up to date\n' : `applied ${applied.join(', ')}\n`);
    if (await ensureDemoTables(db)) err("made the demo's target tables\n");
  });
}
