import type { App } from 'aws-cdk-lib';
import { DataStack } from './data/data-stack.ts';
import type { DatasetEvents } from './events/dataset-events.ts';
import { PipelineStack } from './pipeline-stack.ts';
import { readSettings } from './settings.ts';

/** Both stacks of one Landfall: what must outlive a deployment, and what may be deployed anew at any time. */
export function addLandfall(
  app: App,
  datasets: readonly DatasetEvents[],
): { readonly data: DataStack; readonly pipeline: PipelineStack } {
  const settings = readSettings(app.node);
  const data = new DataStack(app, `${settings.stackName}Data`, { settings });
  const pipeline = new PipelineStack(app, settings.stackName, { settings, data, datasets });
  return { data, pipeline };
}
