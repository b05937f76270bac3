import { App } from 'aws-cdk-lib';
import { projectDatasets } from './project-datasets.ts';
import { addStacks } from './stacks.ts';

addStacks(new App(), await projectDatasets());
