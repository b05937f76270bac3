import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { ownConnection } from './account.ts';

/** What may go wrong with a rule, or be hurried. Each answers how to put it back. */
export interface Rules {
  /** The rule's events reach nobody, as where its delivery failed. (LocalStack delivers those of disabled rules.) */
  unhook(description: string): Promise<PutBack>;
  /** A scheduled rule fires by another expression. */
  retime(description: string, expression: string): Promise<PutBack>;
  close(): void;
}

export type PutBack = () => Promise<void>;

/** The rules of the deployed stacks, by their descriptions. */
export async function openRules(endpoint: string): Promise<Rules> {
  const client = new EventBridgeClient(ownConnection(endpoint));
  const names = new Map<string, string>();
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListRulesCommand({ NextToken }));
    for (const { Name = '', Description = '' } of page.Rules ?? []) names.set(Description, Name);
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  const nameOf = (description: string): string => {
    const name = names.get(description);
    if (name === undefined) throw new Error(`no rule is described as "${description}"`);
    return name;
  };
  const unhook = async (Rule: string): Promise<PutBack> => {
    const { Targets = [] } = await client.send(new ListTargetsByRuleCommand({ Rule }));
    await client.send(new RemoveTargetsCommand({ Rule, Ids: Targets.map(({ Id = '' }) => Id) }));
    return async () => void (await client.send(new PutTargetsCommand({ Rule, Targets })));
  };
  /** LocalStack takes a rule's time when its targets are put, and forgets the old one with the rule alone. */
  const makeAnew = async (rule: { Name: string; Description: string; ScheduleExpression: string }): Promise<void> => {
    const { Name } = rule;
    const hook = await unhook(Name);
    await client.send(new DeleteRuleCommand({ Name }));
    await client.send(new PutRuleCommand(rule));
    await hook();
  };
  return {
    unhook: (description) => unhook(nameOf(description)),
    async retime(Description, expression) {
      const Name = nameOf(Description);
      const { ScheduleExpression = '' } = await client.send(new DescribeRuleCommand({ Name }));
      await makeAnew({ Name, Description, ScheduleExpression: expression });
      return () => makeAnew({ Name, Description, ScheduleExpression });
    },
    close: () => client.destroy(),
  };
}
