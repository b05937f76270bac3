import { App } from 'aws-cdk-lib';
import { addLandfall } from './landfall.ts';

addLandfall(new App());
