import { type App, Stack } from 'aws-cdk-lib';
import { Deployment } from './deployment.ts';
import type { DatasetEvents } from './events/dataset-events.ts';
import { nothingGiven } from './given.ts';
import { readSettings } from './settings.ts';

/**
 * The project's own app: what must outlive a deployment in one stack, what may be deployed anew at any time in the other. The
 * constructs are called Default, which the CDK leaves out of the names of what is in them.
 */
export function addStacks(
  app: App,
  datasets: readonly DatasetEvents[],
): { readonly data: Stack; readonly pipeline: Stack } {
  const settings = readSettings(app.node);
  const data = new Stack(app, `${settings.stackName}Data`, {
    description: 'Landfall: what files and reports are kept in',
    // nothing here goes by accident
    terminationProtection: true,
  });
  const pipeline = new Stack(app, settings.stackName, {
    description: 'Landfall: files land in S3, rows land in PostgreSQL',
  });
  new Deployment(pipeline, 'Default', { settings, datasets, given: nothingGiven, keptIn: data });
  return { data, pipeline };
}
