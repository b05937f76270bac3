import { exitCode } from './typed/exit-codes.ts';
import { terminal } from './terminal.ts';

/** A cancelled load has this long to end its statements and record itself; then the process ends all the same. */
const graceMs = 4_500;

/** npm hands a Ctrl-C on that the terminal has sent already: two signals within this time are one. */
const echoMs = 400;

/**
 * The first SIGINT, SIGTERM or SIGHUP aborts the signal that is answered; the command has 4.5 s to end. A second one ends
 * the process at once.
 */
export function onInterrupt(): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  const interrupted = (): void => {
    if (first === 0) {
      first = performance.now();
      terminal.err('\nending (Ctrl-C again ends at once) ...\n');
      controller.abort(new Error('interrupted'));
      setTimeout(() => process.exit(exitCode.interrupted), graceMs);
    } else if (performance.now() - first > echoMs) process.exit(exitCode.interrupted);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupted);
  return controller.signal;
}
