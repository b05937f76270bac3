import { reportInput, reportOutput } from '../protocol/states.ts';
import { reportUndoneInput, reportUndoneOutput } from '../protocol/undo/undo-states.ts';
import { storeFor } from '../objects/store-for.ts';
import { needed } from '../runtime/env.ts';
import { lambdaStep, state, type StepDeps } from '../runtime/lambda-step.ts';
import { openMetrics } from '../runtime/metrics.ts';
import { report, type ReportDeps, reportUndone } from './step.ts';

/** The Lambda: writes a load's report, and once more where the load is undone. */
export const handler = lambdaStep('report', {
  Report: state(reportInput, reportOutput, async (input, deps) => report(input, await depsOf(deps))),
  ReportUndone: state(reportUndoneInput, reportUndoneOutput, async (input, deps) =>
    reportUndone(input, await depsOf(deps)),
  ),
});

async function depsOf({ db, env }: StepDeps): Promise<ReportDeps> {
  const { stack, version } = env;
  return { db, storeFor, reports: needed(env, 'reports'), stack, version, emit: await openMetrics(env) };
}
