import { randomBytes } from 'node:crypto';
import {
  GetFunctionConfigurationCommand,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { CreateStateMachineCommand, DeleteStateMachineCommand, DescribeStateMachineCommand } from '@aws-sdk/client-sfn';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { many, withClient } from '../../functions/db/client.ts';
import { errorsOf } from './world/errors-of.ts';
import { objectCreated } from '../support/object-created.ts';
import { orderRows } from './world/files.ts';
import { processOfPort } from './world/process-of.ts';
import { until } from './world/until.ts';
import type { World } from './world/world.ts';

/** Instead of 900 s: what a test can wait for. */
const timeoutSeconds = 8;

/** Some 10 MB: its COPY takes long enough to be met. */
const records = 100_000;

/** A function that stands still: Lambda ends it after its time, the connection stays until the server notices. */
export function timedOut(world: () => World): void {
  test('a Lambda that times out in mid-COPY is retried, and every row is there once', async (context) => {
    const { put, bucket, start, ended, history, report, rows, run, sfn } = world();
    await run('truncate public.orders');
    const object = await put(await bucket({ versioned: true }), 'orders/timed out.csv', orderRows(records));
    const stateMachineArn = await machineWithShortStage(world());
    try {
      const pid = copyingProcess(world().databaseUrl);
      const arn = await start(objectCreated(object, '01'), stateMachineArn);
      const stopped = await pid;
      if (stopped !== null) process.kill(stopped, 'SIGSTOP');
      const { status, output } = await ended(arn);
      context.skip(stopped === null, 'a known difference: the functions run in containers, out of reach of a signal');
      expect(errorsOf(await history(arn))).toEqual(['Sandbox.Timedout']);
      expect(status).toBe('SUCCEEDED');
      expect(await report(output?.loadId ?? 0)).toMatchObject({
        outcome: 'LOADED',
        counts: { records, inserted: records, rejected: 0, duplicate: 0 },
      });
      expect(await rows(sql`select count(*)::int as n from public.orders`)).toEqual([{ n: records }]);
    } finally {
      await sfn.send(new DeleteStateMachineCommand({ stateMachineArn }));
    }
  });
}

/** The deployed state machine, but with a version of the stage function that may take a few seconds only. */
async function machineWithShortStage({ sfn, lambda, deployment }: World): Promise<string> {
  const { stateMachineArn } = deployment;
  const { definition = '', roleArn } = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
  const versioned = (JSON.parse(definition) as { States: { Compose: { Resource: string } } }).States.Compose.Resource;
  const FunctionName = versioned.replace(/:\d+$/, '');
  const { Timeout } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const setTimeLimit = async (seconds: number | undefined): Promise<void> => {
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: seconds }));
    await waitUntilFunctionUpdatedV2({ client: lambda, maxWaitTime: 60 }, { FunctionName });
  };
  await setTimeLimit(timeoutSeconds);
  const { FunctionArn: short } = await lambda.send(new PublishVersionCommand({ FunctionName }));
  await setTimeLimit(Timeout);
  const made = await sfn.send(
    new CreateStateMachineCommand({
      name: `landfall-test-${randomBytes(4).toString('hex')}`,
      definition: definition.replaceAll(versioned, short ?? ''),
      roleArn,
    }),
  );
  return made.stateMachineArn ?? '';
}

/** The process whose connection is in a COPY of a slice, as soon as there is one; null: it is on no port of this machine. */
async function copyingProcess(connectionString: string): Promise<number | null> {
  return await withClient({ connectionString, applicationName: 'test:watcher' }, async (db) => {
    const found = await until('a slice is copied', 60_000, async () => {
      // the COPY of a slice is over in a second: ask often
      for (let asked = 0; asked < 20; asked += 1) {
        const [copy] = await many<{ client_port: number }>(
          db,
          sql`
            select client_port
            from pg_catalog.pg_stat_activity
            join pg_catalog.pg_stat_progress_copy using (pid)
            where (application_name like 'landfall:%') and (bytes_processed > 0)`,
        );
        if (copy !== undefined) return copy;
        await wait(10);
      }
      return null;
    });
    return processOfPort(found.client_port);
  });
}
