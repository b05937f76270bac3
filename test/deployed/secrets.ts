import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { paginateListFunctions } from '@aws-sdk/client-lambda';
import { GetObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { DescribeStateMachineCommand, paginateListExecutions } from '@aws-sdk/client-sfn';
import { expect, test } from 'vitest';
import { type Sql, sql } from '../../functions/core/sql.ts';
import { ownConnection } from './world/account.ts';
import { canaryCell } from './conformance-cases.ts';
import { feedPassword } from './feeds.ts';
import { logTexts } from './world/logs.ts';
import type { World } from './world/world.ts';

/** After all else: the passwords of database and feed are nowhere but in their secrets. */
export function secrets(world: () => World): void {
  test('no password is in a template, output, environment, definition, log, history or report', async () => {
    const { databaseUrl } = world();
    const passwords = [new URL(databaseUrl).password, feedPassword];
    expect(passwords.every((password) => password.length > 5)).toBe(true);
    const places: Readonly<Record<string, readonly string[]>> = {
      ...(await stacks(world())),
      environments: await environments(world()),
      definition: await definition(world()),
      logs: await logTexts(world().endpoint),
      histories: await histories(world()),
      reports: await reports(world()),
    };
    // a search that looks at nothing finds nothing: each place shows what it must hold
    expect(Object.entries(places).filter(([, texts]) => texts.length === 0)).toEqual([]);
    expect(places['templates']?.join('')).toContain('AWS::StepFunctions::StateMachine');
    expect(places['environments']?.join('')).toContain('LANDFALL_REPORTS');
    expect(places['logs']?.join('')).toContain('state done');
    expect(places['histories']?.join('')).toContain('airports/all.csv');
    const found = Object.entries(places).filter(([, texts]) =>
      texts.some((text) => passwords.some((password) => text.includes(password))),
    );
    expect(found.map(([place]) => place)).toEqual([]);
  });

  test('a cell that was read as a name of the header is in its report, and in no log and no history', async () => {
    const sings = (text: string): boolean => text.includes(canaryCell);
    expect((await world().rows<{ n: number }>(told())).map(({ n }) => n > 0)).toEqual([true]);
    expect((await logTexts(world().endpoint)).filter(sings)).toEqual([]);
    expect((await histories(world())).filter(sings)).toEqual([]);
  });
}

function told(): Sql {
  return sql`select count(*) as n from landfall.loads where (strpos(message, ${canaryCell}) > 0)`;
}

async function stacks({ endpoint }: World): Promise<{ templates: readonly string[]; outputs: readonly string[] }> {
  const client = new CloudFormationClient(ownConnection(endpoint));
  try {
    const { StackSummaries = [] } = await client.send(new ListStacksCommand({}));
    const names = StackSummaries.filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE').map(
      ({ StackName }) => StackName,
    );
    const templates = await Promise.all(
      names.map(async (StackName) => (await client.send(new GetTemplateCommand({ StackName }))).TemplateBody ?? ''),
    );
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({}));
    return { templates, outputs: Stacks.map((stack) => JSON.stringify(stack)) };
  } finally {
    client.destroy();
  }
}

async function environments({ lambda }: World): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const page of paginateListFunctions({ client: lambda }, { FunctionVersion: 'ALL' })) {
    found.push(...(page.Functions ?? []).map((each) => JSON.stringify(each)));
  }
  return found;
}

async function definition({ sfn, deployment }: World): Promise<readonly string[]> {
  const { stateMachineArn } = deployment;
  return [JSON.stringify(await sfn.send(new DescribeStateMachineCommand({ stateMachineArn })))];
}

async function histories({ sfn, history, deployment }: World): Promise<readonly string[]> {
  const found: string[] = [];
  const { stateMachineArn } = deployment;
  for await (const page of paginateListExecutions({ client: sfn }, { stateMachineArn })) {
    for (const { executionArn = '' } of page.executions ?? []) found.push(JSON.stringify(await history(executionArn)));
  }
  return found;
}

async function reports({ s3, deployment }: World): Promise<readonly string[]> {
  const found: string[] = [];
  const Bucket = deployment.reportsBucket;
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket })) {
    for (const { Key } of page.Contents ?? []) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      found.push((await Body?.transformToString('latin1')) ?? '');
    }
  }
  return found;
}
