import { App } from 'aws-cdk-lib';
import { PipelineStack } from './pipeline-stack.ts';
import { readSettings } from './settings.ts';

const app = new App();
const settings = readSettings(app.node);
new PipelineStack(app, settings.stackName, { settings });
