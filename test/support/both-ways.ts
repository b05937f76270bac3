import { expect } from 'vitest';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import type { Pipeline } from './pipeline.ts';

/** Loads lines of a file of its own into `public.t`, foretold by a dry run: what that says of counts and rejects is what the load did. */
export function bothWays(
  pipeline: () => Pipeline,
): (lines: readonly string[], request?: object) => Promise<LoadReport> {
  let files = 0;
  return async (lines, request = { into: 'public.t', businessKey: ['id'] }) => {
    const path = await pipeline().file(`${(files += 1)}.csv`, `${lines.join('\n')}\n`);
    const dry = await pipeline().load(path, { ...request, dryRun: true });
    const real = await pipeline().load(path, request);
    expect(dry).toMatchObject({ counts: real.counts, rejectsByCode: real.rejectsByCode });
    return real;
  };
}
