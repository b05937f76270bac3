import { reportInput, reportOutput } from '../protocol/states.ts';
import { storeFor } from '../objects/store-for.ts';
import { needed } from '../runtime/env.ts';
import { lambdaStep, state } from '../runtime/lambda-step.ts';
import { openMetrics } from '../runtime/metrics.ts';
import { report } from './step.ts';

/** The Lambda: writes a load's report. */
export const handler = lambdaStep('report', {
  Report: state(reportInput, reportOutput, async (input, { db, env }) =>
    report(input, {
      db,
      storeFor,
      reports: needed(env, 'reports'),
      stack: env.stack,
      emit: await openMetrics(env),
    }),
  ),
});
