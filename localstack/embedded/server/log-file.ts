import { lstatSync, renameSync } from 'node:fs';

/** Kept before a new log is begun; one older is kept beside it as `<name>.1`. */
const LOG_BYTES = 10 * 2 ** 20;

/** To be called before a log is opened; whoever has it open goes on writing into the older one. */
export function rotateLog(logFile: string): void {
  if ((lstatSync(logFile, { throwIfNoEntry: false })?.size ?? 0) > LOG_BYTES) renameSync(logFile, `${logFile}.1`);
}
