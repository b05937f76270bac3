import { withClient } from '../../functions/db/client.ts';
import type { Traffic } from '../../functions/core/traffic/traffic.ts';
import { look, looker } from '../../functions/governor/look.ts';
import type { Asked, Reading } from '../../functions/governor/signal.ts';

/** What a look is asked about, of a target that is not there unless its oid is given. */
export function asked(traffic: Traffic = {}, { oid = 0, loadId = 1, isLive = true } = {}): Asked {
  return { target: { schema: 'public', table: 't', oid }, targetName: 'public.t', loadId, traffic, isLive };
}

/** What a look by itself shows of one signal. */
export async function readingsOf(
  signal: string,
  url: string,
  { about = asked() }: { readonly about?: Asked } = {},
): Promise<readonly Reading[]> {
  const readings = await withClient({ connectionString: url, applicationName: 'test' }, (db) => look(db, about));
  return readings.filter((each) => each.signal === signal);
}

/** The same, by one looker that remembers what it saw in between; `clock` counts its milliseconds. */
export async function withLooker<T>(
  url: string,
  clock: () => number,
  use: (seen: (signal: string, about?: Asked) => Promise<readonly Reading[]>) => Promise<T>,
): Promise<T> {
  const again = looker(clock);
  return await withClient({ connectionString: url, applicationName: 'test' }, (db) =>
    use(async (signal, about = asked()) => (await again(db, about)).filter((each) => each.signal === signal)),
  );
}
