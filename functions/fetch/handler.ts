import { openSecrets } from '../aws/secrets.ts';
import { openLanding } from '../objects/s3/s3-landing.ts';
import { readFetchEnv } from '../runtime/fetch-env.ts';
import { openMetrics } from '../runtime/metrics.ts';
import { outsideFunction } from '../runtime/outside-function.ts';
import { fetchEvent } from './event.ts';
import type { Fetched } from './fetched.ts';
import { fetchLimits as limits } from './limits.ts';
import { publicNetwork, testNetwork } from './network.ts';
import { fetchFile } from './step.ts';
import { signalBeforeEnd } from './time-left.ts';

/** The Lambda that a dataset's schedule calls: brings its file into the landing bucket. */
export const handler = outsideFunction({
  name: 'fetch',
  ids: ({ dataset, scheduledTime }) => ({ dataset, scheduledTime }),
  run: async (event, context): Promise<Fetched> => {
    const due = fetchEvent.parse(event);
    const env = readFetchEnv();
    return await fetchFile(due, {
      datasets: env.datasets,
      landing: openLanding(env.landing),
      secrets: openSecrets().read,
      network: env.testCertificate === null ? publicNetwork : testNetwork(env.testCertificate),
      limits,
      signal: signalBeforeEnd(context.getRemainingTimeInMillis()),
      millisecondsLeft: () => context.getRemainingTimeInMillis(),
      emit: await openMetrics(env),
    });
  },
  logged: (fetched) => ({ ...fetched }),
});
