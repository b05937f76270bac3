import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { functionAccess } from '../functions/function-access.ts';
import type { PipelineFunctions } from '../functions/pipeline-functions.ts';

/** Tells the functions that start loads of the one state machine, and lets them start, stop and look at its executions. */
export function grantLoadControl(functions: PipelineFunctions, machine: StateMachine): void {
  for (const made of startingLoads(functions)) {
    made.lambda.addEnvironment('LANDFALL_STATE_MACHINE', machine.stateMachineArn);
    made.allow(['states:StartExecution'], machine.stateMachineArn);
  }
  allowLook(functions, machine);
}

/** Lets the functions that start loads look at executions of a state machine, and stop them. */
export function allowLook(functions: PipelineFunctions, machine: StateMachine): void {
  const executions = Stack.of(machine).formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${machine.stateMachineName}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  for (const made of startingLoads(functions))
    made.allow(['states:DescribeExecution', 'states:StopExecution'], executions, {
      wildcard: 'executions of this one machine; each has a name of its own',
    });
}

function startingLoads(functions: PipelineFunctions): readonly ReturnType<PipelineFunctions['get']>[] {
  return [...functions.byName].flatMap(([name, made]) => (functionAccess[name].startsLoads === true ? [made] : []));
}
