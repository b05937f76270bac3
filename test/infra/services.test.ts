import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, expect, test } from 'vitest';
import { feeds } from './support/feeds.ts';
import { templates } from './support/unbundled.ts';

// A service of AWS acts for every account: what it may do here it may do for this one only.

interface Statement {
  readonly Principal?: { readonly Service?: string | readonly string[] };
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

interface ForServices extends Statement {
  readonly resource: string;
}

let all: readonly ForServices[];
beforeAll(() => {
  const login = { databaseSecret: 'warehouse/loader', migrateSecret: 'warehouse/owner', alarmEmail: 'a@example.com' };
  const made = [
    templates(login, feeds),
    templates({ ...login, noScheduler: 'true' }, feeds),
    templates({ aurora: 'true', vpc: 'new' }),
  ];
  all = made.flatMap(({ data, pipeline }) => [...forServices(data), ...forServices(pipeline)]);
}, 180_000);

test('whatever a service of AWS may do here it may do for this account only', () => {
  const open = all.filter(({ Condition = {} }) => {
    const keys = Object.values(Condition).flatMap((values) => Object.keys(values).map((key) => key.toLowerCase()));
    return !keys.some((key) => key === 'aws:sourceaccount' || key === 'aws:sourcearn');
  });
  // a role is handed to Lambda by iam:PassRole, within one account: Lambda names no source when it takes it
  const others = open.filter(({ Principal }) => Principal?.Service !== 'lambda.amazonaws.com');
  expect([...new Set(others.map(({ resource, Principal }) => `${resource} ${String(Principal?.Service)}`))]).toEqual(
    [],
  );
  expect(all.length).toBeGreaterThan(open.length);
});

/** Statements of every policy of the template whose principal is a service; a permission of Lambda is one, too. */
function forServices(template: Template): readonly ForServices[] {
  const resources = template.toJSON()['Resources'] as Record<
    string,
    { Type: string; Properties?: Record<string, unknown> }
  >;
  return Object.entries(resources).flatMap(([id, { Type, Properties = {} }]) => {
    const resource = `${Type} ${id}`;
    if (Type === 'AWS::Lambda::Permission') {
      const { Principal: Service, SourceArn, SourceAccount } = Properties;
      const source = {
        ...(SourceArn === undefined ? {} : { 'aws:SourceArn': SourceArn }),
        ...(SourceAccount === undefined ? {} : { 'aws:SourceAccount': SourceAccount }),
      };
      return [{ resource, Principal: { Service: Service as string }, Condition: { ArnLike: source } }];
    }
    const documents = ['AssumeRolePolicyDocument', 'PolicyDocument', 'KeyPolicy'].flatMap(
      (name) => Properties[name] ?? [],
    );
    return documents
      .flatMap((document) => (document as { Statement?: readonly Statement[] }).Statement ?? [])
      .filter(({ Principal }) => Principal?.Service !== undefined)
      .map((statement) => ({ ...statement, resource }));
  });
}
