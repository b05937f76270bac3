import type { z } from 'zod';
import type { governInput, governOutput } from '../protocol/states.ts';
import type { Db } from '../db/client.ts';
import { look } from '../governor/look.ts';
import { readLeasedLoad } from '../ledger/leases/leased-load.ts';

/** The state Govern: what comes after lanes that stopped, with no transaction, lock or call held while others are waited for. */
export async function govern(
  input: z.output<typeof governInput>,
  { db }: { db: Db },
): Promise<z.input<typeof governOutput>> {
  const { loadId, attempt, seal, lanes } = input;
  const load = await readLeasedLoad(db, input);
  const { target, traffic = {} } = load.contract;
  const readings = await look(db, 'merge', { target, targetName: load.target, loadId, traffic });
  const stops = readings.some(({ health }) => health === 'stop');
  return {
    ...{ loadId, attempt, seal, lanes: Array.from({ length: lanes }, (_, lane) => lane) },
    ...(stops ? { decision: 'wait', waitSeconds: 2 } : { decision: 'merge', waitSeconds: 0 }),
  };
}
