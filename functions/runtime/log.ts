import { Logger } from '@aws-lambda-powertools/logger';

/** Events as JSON lines, one at the end of a step: ids, counts, milliseconds; never a cell's content. */
export interface StepLog {
  info(event: string, fields?: Record<string, unknown>): void;
  error(event: string, fields?: Record<string, unknown>): void;
}

/** A log whose every line carries the given ids. */
export function stepLog(ids: Record<string, unknown>): StepLog {
  const logger = new Logger({ serviceName: 'landfall', persistentKeys: ids });
  return {
    info: (event, fields = {}) => logger.info(event, fields),
    error: (event, fields = {}) => logger.error(event, fields),
  };
}
