import { onInterrupt } from '../../cli/interrupt.ts';
import { tellUncaught, terminal } from '../../cli/terminal.ts';
import { tellDeployment } from './deploy.ts';

tellUncaught('npm run deploy:localstack');
// one JSON object on stdout; what the CDK says and every other word goes to stderr
process.exitCode = await tellDeployment({
  env: process.env,
  signal: onInterrupt(),
  out: terminal.out,
  err: terminal.err,
});
terminal.end();
