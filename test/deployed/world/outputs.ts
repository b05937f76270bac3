import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { ownConnection } from './account.ts';

/** An output of whichever stack has it. */
export async function outputOf(endpoint: string, name: string): Promise<string> {
  const client = new CloudFormationClient(ownConnection(endpoint));
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({}));
    const found = Stacks.flatMap(({ Outputs = [] }) => Outputs).find(({ OutputKey }) => OutputKey === name);
    if (found?.OutputValue === undefined) throw new Error(`no stack has an output ${name}`);
    return found.OutputValue;
  } finally {
    client.destroy();
  }
}
