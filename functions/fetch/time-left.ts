import { FetchRefused } from './faults.ts';

/** 15 s before its end the function gives up in order: it ends the upload, so that S3 keeps no part of it. */
const orderlyMilliseconds = 15_000;

/** 15 s for one more attempt: a file that takes longer was most likely asked for earlier. */
const attemptMilliseconds = 15_000;

/** Whether so long a wait leaves time for an attempt. */
export function leavesTime(waitMilliseconds: number, millisecondsLeft: number): boolean {
  return waitMilliseconds + attemptMilliseconds + orderlyMilliseconds <= millisecondsLeft;
}

/** Aborted a little before the function is ended. It keeps no process alive. */
export function signalBeforeEnd(millisecondsLeft: number): AbortSignal {
  const controller = new AbortController();
  const milliseconds = Math.max(0, millisecondsLeft - orderlyMilliseconds);
  const giveUp = (): void =>
    controller.abort(
      new FetchRefused(
        `the file did not come whole within ${Math.round(milliseconds / 1000)} s, the time of this function. Nothing was landed: have it split or sent compressed (Content-Encoding: gzip), or upload it into the landing bucket`,
      ),
    );
  setTimeout(giveUp, milliseconds).unref();
  return controller.signal;
}
