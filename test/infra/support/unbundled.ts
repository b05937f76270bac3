import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { DatasetEvents } from '../../../infra/events/dataset-events.ts';
import { addStacks } from '../../../infra/stacks.ts';
import { datasets as samples } from '../../support/sample-datasets.ts';

/** Both stacks as `cdk synth` makes them, but for the bundles of the functions, which take the time. */
export interface Unbundled {
  readonly data: Template;
  readonly pipeline: Template;
}

/** An app with the context of cdk.json and these settings, that bundles nothing. Whoever makes it removes its outdir. */
export function unbundledApp(settings: Readonly<Record<string, unknown>> = {}): App {
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: Record<string, unknown> };
  const own = Object.entries(settings).map(([name, value]) => [`landfall:${name}`, value]);
  return new App({
    outdir: mkdtempSync(join(tmpdir(), 'landfall-app-')),
    context: { ...context, ...Object.fromEntries(own), 'aws:cdk:bundling-stacks': [] },
  });
}

/** The templates of such an app. CloudFormation's own rules are for synth and for the test of cdk-nag: they take the time too. */
export function templates(
  settings: Readonly<Record<string, unknown>> = {},
  datasets: readonly DatasetEvents[] = samples,
): Unbundled {
  process.env['CDK_VALIDATION'] = 'false';
  const app = unbundledApp(settings);
  try {
    const { data, pipeline } = addStacks(app, datasets);
    return { data: Template.fromStack(data), pipeline: Template.fromStack(pipeline) };
  } finally {
    rmSync(app.outdir, { recursive: true, force: true });
  }
}
