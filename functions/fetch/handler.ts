import { openSecrets } from '../aws/secrets.ts';
import { datasets } from '../datasets/all.ts';
import { openLanding } from '../objects/s3/s3-landing.ts';
import { readFetchEnv } from '../runtime/fetch-env.ts';
import type { LambdaContext } from '../runtime/lambda-step.ts';
import { stepLog } from '../runtime/log.ts';
import { openMetrics } from '../runtime/metrics.ts';
import { fetchEvent } from './event.ts';
import type { Fetched } from './fetched.ts';
import { fetchLimits as limits } from './limits.ts';
import { publicNetwork, testNetwork } from './network.ts';
import { fetchFile } from './step.ts';
import { signalBeforeEnd } from './time-left.ts';

/** The Lambda that a dataset's schedule calls: brings its file into the landing bucket. */
export async function handler(event: unknown, context: LambdaContext): Promise<Fetched> {
  const startedAt = performance.now();
  const { dataset, scheduledTime } = fetchEvent.parse(event);
  const log = stepLog({ functionName: 'fetch', requestId: context.awsRequestId, dataset, scheduledTime });
  const env = readFetchEnv();
  try {
    const fetched = await fetchFile(
      { dataset, scheduledTime },
      {
        datasets,
        landing: openLanding(env.landing),
        secrets: openSecrets().read,
        network: env.testCertificate === null ? publicNetwork : testNetwork(env.testCertificate),
        limits,
        signal: signalBeforeEnd(context.getRemainingTimeInMillis()),
        millisecondsLeft: () => context.getRemainingTimeInMillis(),
        emit: await openMetrics(env),
      },
    );
    log.info('file fetched', { ...fetched, milliseconds: Math.round(performance.now() - startedAt) });
    return fetched;
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: typeof error, message: '' };
    log.error('fetch failed', { error: name, words: message, milliseconds: Math.round(performance.now() - startedAt) });
    throw error;
  }
}
