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
  /** Events of objects under these prefixes reach nobody, as where their delivery failed. (LocalStack delivers those of disabled rules.) */
  silence(description: string, prefixes: readonly string[]): Promise<PutBack>;
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
    async silence(Description, prefixes) {
      const Name = nameOf(Description);
      const { EventPattern = '' } = await client.send(new DescribeRuleCommand({ Name }));
      await client.send(
        new PutRuleCommand({ Name, Description, EventPattern: withoutPrefixes(EventPattern, prefixes) }),
      );
      return async () => void (await client.send(new PutRuleCommand({ Name, Description, EventPattern })));
    },
    async retime(Description, expression) {
      const Name = nameOf(Description);
      const { ScheduleExpression = '' } = await client.send(new DescribeRuleCommand({ Name }));
      await makeAnew({ Name, Description, ScheduleExpression: expression });
      return () => makeAnew({ Name, Description, ScheduleExpression });
    },
    close: () => client.destroy(),
  };
}

function withoutPrefixes(pattern: string, prefixes: readonly string[]): string {
  const parsed = JSON.parse(pattern) as { detail: { object: { key: readonly { prefix: string }[] } } };
  const { object } = parsed.detail;
  const missing = prefixes.filter((prefix) => !object.key.some((each) => each.prefix === prefix));
  if (missing.length > 0) throw new Error(`the rule does not name ${missing.join(', ')}: ${pattern}`);
  const key = object.key.filter(({ prefix }) => !prefixes.includes(prefix));
  return JSON.stringify({ ...parsed, detail: { ...parsed.detail, object: { ...object, key } } });
}
