import { App, Stack } from 'aws-cdk-lib';
import { AccountPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { existing, Landfall, projectDatasets } from 'landfall/cdk';

const app = new App();
const stack = new Stack(app, 'Shop', { description: 'The shop, and the files that are loaded for it' });

const landfall = new Landfall(stack, 'Landfall', {
  // those of landfall.config.json beside this file
  datasets: await projectDatasets(import.meta.dirname),
  database: existing({ secret: 'shop/database' }),
  // the partner's account puts files below orders/, and nowhere else
  senders: [{ prefix: 'orders/', principal: '111122223333' }],
  alarmEmail: 'data-team@example.com',
  // LocalStack keeps schedules and never fires them: cdk deploy -c localstack=true
  noScheduler: app.node.tryGetContext('localstack') === 'true',
});

// who may type `landfall ... --stack Shop`
const operators = new Role(stack, 'Operators', { assumedBy: new AccountPrincipal(stack.account) });
landfall.grantOperate(operators);
stack.exportValue(operators.roleArn, { name: 'OperatorsRole' });

app.synth();
