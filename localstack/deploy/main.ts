import { onInterrupt } from '../cli/interrupt.ts';
import { tellDeployment } from './deploy.ts';

// one JSON object on stdout; what the CDK says and every other word goes to stderr
process.exitCode = await tellDeployment({
  env: process.env,
  signal: onInterrupt(),
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
});
process.stdout.write('', () => process.stderr.write('', () => process.exit()));
