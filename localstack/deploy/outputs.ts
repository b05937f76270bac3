import { CommandError } from '../../cli/typed/usage.ts';

/** What was deployed, as the command prints it. */
export interface Deployment {
  readonly landingBucket: string;
  readonly reportsBucket: string;
  readonly stateMachineArn: string;
  /** Name of the function that runs the operator's verbs; null where the app has none. */
  readonly operateFunction: string | null;
}

/** Takes from the stacks' outputs, whichever stack has them. Throws CommandError where one is missing. */
export function deploymentOf(outputs: Readonly<Record<string, string>>): Deployment {
  const demand = (name: string): string => {
    const value = outputs[name];
    if (value === undefined)
      throw new CommandError(`the stacks have no output ${name}: they have ${Object.keys(outputs).join(', ')}`);
    return value;
  };
  return {
    landingBucket: demand('LandingBucketName'),
    reportsBucket: demand('ReportsBucketName'),
    stateMachineArn: demand('StateMachineArn'),
    operateFunction: outputs['OperateFunctionName'] ?? null,
  };
}
