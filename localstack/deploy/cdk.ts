import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { z } from 'zod';
import { packageFolder } from '../../project/own-package.ts';
import { CommandError } from '../../cli/typed/usage.ts';
import { connectionTo, environmentFor } from './clients.ts';
import type { DeploySettings } from './settings.ts';

/** What a run of the CDK needs beside the settings. */
export interface CdkRun {
  readonly settings: DeploySettings;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly signal: AbortSignal;
  /** A folder of this run's own, for templates, bundles and outputs. */
  readonly folder: string;
}

/** The stack that `cdk bootstrap` makes. */
const toolkitStack = 'CDKToolkit';

/** `cdk bootstrap`, once: an account has it or not. Answers whether it had to. */
export async function bootstrap(run: CdkRun): Promise<boolean> {
  if (await hasToolkit(run.settings)) return false;
  await cdk(run, ['bootstrap', `aws://${run.settings.account}/${run.settings.region}`]);
  return true;
}

/** `cdk deploy` of every stack of the app; answers all their outputs by name. */
export async function deployAll(
  run: CdkRun,
  context: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const file = join(run.folder, 'outputs.json');
  await rm(file, { force: true });
  const settings = Object.entries(context).flatMap(([name, value]) => ['--context', `${name}=${value}`]);
  await cdk(run, ['deploy', '--all', '--require-approval', 'never', '--outputs-file', file, ...settings]);
  const stacks = z.record(z.string(), z.record(z.string(), z.string())).parse(JSON.parse(await readFile(file, 'utf8')));
  return Object.assign({}, ...Object.values(stacks)) as Record<string, string>;
}

async function hasToolkit(settings: DeploySettings): Promise<boolean> {
  const client = new CloudFormationClient(connectionTo(settings));
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: toolkitStack }));
    return Stacks.some(({ StackStatus = '' }) => /^(CREATE|UPDATE)_COMPLETE$/.test(StackStatus));
  } catch (error) {
    // CloudFormation has no other name for "there is no such stack"
    if (error instanceof Error && error.name === 'ValidationError') return false;
    throw error;
  } finally {
    client.destroy();
  }
}

/** Runs the project's own CDK on the Node that runs this; all it says goes to stderr. */
async function cdk({ settings, env, signal, folder }: CdkRun, words: readonly string[]): Promise<void> {
  const program = join(packageFolder, 'node_modules/aws-cdk/bin/cdk');
  const child = spawn(process.execPath, [program, ...words, '--output', join(folder, 'cdk.out')], {
    cwd: packageFolder,
    env: environmentFor(settings, env),
    // both to stderr; what the CDK says of its own templates is its own
    stdio: ['ignore', 2, 2],
    signal,
  });
  const ended = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, endedBy) => resolve(endedBy ?? String(code)));
  });
  if (ended !== '0') throw new CommandError(`cdk ${words[0]} ended with ${ended}; what it said is above`);
}
