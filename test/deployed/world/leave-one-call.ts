import { errorsOf } from './errors-of.ts';
import type { Held } from './held.ts';
import { until } from './until.ts';
import type { World } from './world.ts';

/**
 * Ends the one call of a small load while it plans its slices, so that the load goes on by states. LocalStack ends an execution that
 * is stopped once its call has ended, and the one call goes on to the load's end.
 */
export async function leaveOneCall(
  { history }: Pick<World, 'history'>,
  execution: string,
  cut: Held['cut'],
): Promise<void> {
  await cut('PlanSlices');
  await until('the call is retried', 60_000, async () =>
    errorsOf(await history(execution)).includes('TryAgain') ? true : null,
  );
}
