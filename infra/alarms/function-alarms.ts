import { Duration } from 'aws-cdk-lib';
import { MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { type FunctionName, machineFunctions } from '../../functions/protocol/pipeline.ts';
import { functionSizes } from '../functions/function-sizes.ts';
import type { PipelineFunctions } from '../functions/pipeline-functions.ts';
import type { AlarmSpec } from './paging-alarm.ts';

/** Nobody waits for their answer: what they cannot do, nobody would see. operate and migrate answer a person. */
const unattended: readonly FunctionName[] = ['sweep', 'fetch'];

/** merge works until shortly before its time is up and is called again, so its duration says nothing. */
const shouldBeDone: readonly FunctionName[] = [
  ...machineFunctions.filter((name) => name !== 'merge'),
  ...unattended,
  'recorder',
];

/** Functions that are not called have no values: all is well. */
const missing = TreatMissingData.NOT_BREACHING;
const fiveMinutes = Duration.minutes(5);

/** What Lambda knows of each function. */
export function functionAlarms(functions: PipelineFunctions): readonly AlarmSpec[] {
  return [
    ...machineFunctions.map((name) => stepErrors(name, functions)),
    ...unattended.map((name) => anyError(name, functions)),
    recorderErrors(functions),
    throttles('StepsThrottled', machineFunctions, functions),
    throttles('OthersThrottled', ['recorder', ...unattended], functions),
    ...shouldBeDone.map((name) => slow(name, functions)),
  ];
}

/** Steps are retried, and refuse a file by an error too: a few are normal, one of five and at least five are not. */
function stepErrors(name: FunctionName, functions: PipelineFunctions): AlarmSpec {
  const { lambda } = functions.get(name);
  const given = { statistic: 'Sum', period: fiveMinutes };
  return {
    id: `Errors-${name}`,
    heading: 'a-step-fails-often',
    says: `At least one of five calls of ${name} ends in an error.`,
    metric: new MathExpression({
      label: `errors of ${name}, percent`,
      expression: 'IF(errors >= 5, 100 * errors / calls, 0)',
      usingMetrics: { errors: lambda.metricErrors(given), calls: lambda.metricInvocations(given) },
      period: fiveMinutes,
    }),
    threshold: 20,
    datapoints: 2,
    periods: 3,
    missing,
  };
}

function anyError(name: FunctionName, functions: PipelineFunctions): AlarmSpec {
  return {
    id: `Errors-${name}`,
    heading: `${name}-fails`,
    says: `The function ${name} ended in an error.`,
    metric: functions.get(name).lambda.metricErrors({ statistic: 'Sum', period: fiveMinutes }),
    threshold: 1,
    missing,
  };
}

/** It watches the loads, so somebody has to watch it. */
function recorderErrors(functions: PipelineFunctions): AlarmSpec {
  return {
    id: 'Errors-recorder',
    heading: 'the-recorder-fails',
    says: 'A failed load could not be recorded.',
    metric: functions.get('recorder').lambda.metricErrors({ statistic: 'Sum', period: Duration.minutes(1) }),
    threshold: 1,
    missing,
  };
}

/** Lambda and Step Functions try again, so that a moment of it does no harm: half of ten minutes is more than a moment. */
function throttles(id: string, names: readonly FunctionName[], functions: PipelineFunctions): AlarmSpec {
  const usingMetrics = Object.fromEntries(
    names.map((name) => [
      name,
      functions.get(name).lambda.metricThrottles({ statistic: 'Sum', period: Duration.minutes(1) }),
    ]),
  );
  return {
    id,
    heading: 'functions-are-throttled',
    says: `Lambda holds calls back (${names.join(', ')}).`,
    metric: new MathExpression({
      label: 'throttled calls',
      expression: names.map((name) => `FILL(${name}, 0)`).join(' + '),
      usingMetrics,
      period: Duration.minutes(1),
    }),
    threshold: 1,
    datapoints: 5,
    periods: 10,
    missing,
  };
}

/** Four fifths of its time: the next larger slice or slower server would end it. */
function slow(name: FunctionName, functions: PipelineFunctions): AlarmSpec {
  const milliseconds = functionSizes[name].timeoutSeconds * 1000 * 0.8;
  return {
    id: `Slow-${name}`,
    heading: 'a-function-takes-nearly-all-its-time',
    says: `The function ${name} took over four fifths of its ${functionSizes[name].timeoutSeconds} s.`,
    metric: functions.get(name).lambda.metricDuration({ statistic: 'Maximum', period: fiveMinutes }),
    threshold: milliseconds,
    missing,
  };
}
