import type { HistoryEvent } from '@aws-sdk/client-sfn';

/** Names of the errors that functions ended with, in order. */
export function errorsOf(history: readonly HistoryEvent[]): readonly string[] {
  return history.flatMap(({ lambdaFunctionFailedEventDetails, taskFailedEventDetails }) => {
    const { error } = lambdaFunctionFailedEventDetails ?? taskFailedEventDetails ?? {};
    return error === undefined ? [] : [error];
  });
}
