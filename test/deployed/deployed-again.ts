import { expect, inject, test } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { deployByCommand } from './world/command.ts';
import type { World } from './world/world.ts';

/** What a person does after each change. */
export function deployedAgain(world: () => World): void {
  test('deployed once more, everything is where it was, and so are the rows', async () => {
    const { databaseUrl, rows } = world();
    const counted = sql`select count(*)::int as n from public.airports`;
    const before = await rows<{ n: number }>(counted);
    expect(before[0]?.n).toBeGreaterThan(0);
    const again = await deployByCommand(inject('project'), databaseUrl);
    expect(again).toEqual(inject('deployment'));
    expect(await rows(counted)).toEqual(before);
  }, 600_000);
}
