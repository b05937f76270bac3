import { CloudWatchClient, paginateDescribeAlarms, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { expect, test } from 'vitest';
import { ownConnection } from './world/account.ts';
import { openInbox } from './world/inbox.ts';
import type { World } from './world/world.ts';

/** What pages somebody at night. */
export function alarms(world: () => World): void {
  test('every alarm that goes off reaches those who subscribed, with the heading of the runbook', async () => {
    const { endpoint } = world();
    const client = new CloudWatchClient(ownConnection(endpoint));
    const inbox = await openInbox(endpoint);
    try {
      const names: string[] = [];
      for await (const page of paginateDescribeAlarms({ client }, { AlarmTypes: ['MetricAlarm'] })) {
        names.push(...(page.MetricAlarms ?? []).map(({ AlarmName = '' }) => AlarmName));
      }
      expect(names.length).toBeGreaterThan(5);
      const unlinked: string[] = [];
      for (const AlarmName of names) {
        const reason = `a test sets off ${AlarmName}`;
        // one that has gone off already tells nothing more
        await client.send(new SetAlarmStateCommand({ AlarmName, StateValue: 'OK', StateReason: 'a test clears it' }));
        await client.send(new SetAlarmStateCommand({ AlarmName, StateValue: 'ALARM', StateReason: reason }));
        const { body } = await inbox.message(reason);
        if (!/runbook\S*#[\w-]+/.test(body)) unlinked.push(AlarmName);
      }
      expect(unlinked).toEqual([]);
    } finally {
      await inbox.close();
      client.destroy();
    }
  });
}
