import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';

/** What `npm run synth` wrote: both templates, and the folder that holds them beside the bundles. */
export interface Synthesized {
  readonly folder: string;
  readonly data: Template;
  readonly pipeline: Template;
}

/**
 * Runs the synth that a person types, into a folder of its own: no account, no region, no credentials, no Docker to be found.
 * Throws with the tool's own words where it fails.
 */
export function synth(): Synthesized {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-synth-'));
  const run = spawnSync('npm', ['run', '--silent', 'synth', '--', '--output', folder], {
    encoding: 'utf8',
    env: withoutAws(folder),
    timeout: 150_000,
  });
  if (run.status !== 0) throw new Error(`synth ended with ${run.status}:\n${run.stderr}${run.stdout}`);
  const template = (stack: string): Template =>
    Template.fromString(readFileSync(join(folder, `${stack}.template.json`), 'utf8'));
  return { folder, data: template('LandfallData'), pipeline: template('Landfall') };
}

/** A machine that AWS knows nothing about; a home without ~/.aws, and a docker that must not be called. */
function withoutAws(home: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(AWS_|CDK_|npm_)/.test(name));
  return { ...Object.fromEntries(kept), HOME: home, CDK_DOCKER: '/bin/false', AWS_EC2_METADATA_DISABLED: 'true' };
}
