import { maybeOne, type Db } from '../db/client.ts';
import type { Load } from '../ledger/loads/load.ts';
import { selectHeldReplay } from '../ledger/rejects/replays-sql.ts';

/** Why no other replay of a load is begun while one waits for a yes: that has its rejects, and closes those that it took alone. */
export async function whyWaits(db: Db, { loadId: of }: Pick<Load, 'loadId'>, except = 0): Promise<string | null> {
  const held = await maybeOne<{ load_id: number }>(db, selectHeldReplay(of, except));
  if (held === null) return null;
  const { load_id: loadId } = held;
  return `load ${loadId} is a replay of load ${of} and waits for a yes: landfall approve ${loadId} merges it, landfall decline ${loadId} --reason TEXT ends it; then the others can be judged again`;
}
