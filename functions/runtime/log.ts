import { Logger, LogLevelThreshold, type LogItem } from '@aws-lambda-powertools/logger';
import { printableLines } from '../core/printable.ts';
import { redacted } from './redacted.ts';

/** Events as JSON lines, one at the end of a step: ids, counts, milliseconds; never a cell's content. */
export interface StepLog {
  info(event: string, fields?: Record<string, unknown>): void;
  error(event: string, fields?: Record<string, unknown>): void;
}

/** Its lines are JSON without control characters, marks of direction and invisible characters, so that they may be read in a terminal. */
class PrintableLogger extends Logger {
  protected override printLog(level: number, item: LogItem): void {
    item.prepareForPrint();
    const line = JSON.stringify(item.getAttributes(), this.getJsonReplacer());
    // as the library's own console does it: warnings and worse to stderr, and past what Lambda puts before lines of the global one
    const stream = level >= LogLevelThreshold.WARN ? process.stderr : process.stdout;
    stream.write(printableLines(`${redacted(line)}\n`));
  }
}

/** A log whose every line carries the given ids. */
export function stepLog(ids: Record<string, unknown>): StepLog {
  const logger = new PrintableLogger({ serviceName: 'landfall', persistentKeys: ids });
  return {
    info: (event, fields = {}) => logger.info(event, fields),
    error: (event, fields = {}) => logger.error(event, fields),
  };
}
