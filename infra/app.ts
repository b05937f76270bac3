import { App } from 'aws-cdk-lib';
import { openProject } from '../project/open-project.ts';
import { addLandfall } from './landfall.ts';

const project = await openProject(process.cwd());
const { datasets, problems } = await project.declared();
if (problems.length > 0) throw new Error(problems.map(({ file, message }) => `${file}: ${message}`).join('\n'));
addLandfall(new App(), datasets);
