import { eventsOfLoad, eventsOfLook, historyEventsAtMost } from '../protocol/state-machine.ts';

/** What is known of a load that waits for its turn. */
export interface Waiting {
  /** How many waiters come before it. */
  readonly place: number;
  /** Seconds since the target changed hands. */
  readonly stillSeconds: number;
  /** How often its execution has looked. */
  readonly looks: number;
  /** Seconds since its execution began. */
  readonly waitedSeconds: number;
  /** Of its object, which the rest of the execution's history is for. */
  readonly slices: number;
  /** Its execution runs on one machine: no history is counted there. */
  readonly onOneMachine: boolean;
}

/** A day's wait fits into an execution's history. */
const daySeconds = 86_400;

/** A minute: how late a load may notice that it is its turn, where its target was held for long. */
const mostSeconds = 60;

/** A quarter of it where a look costs nothing but a query. */
const mostSecondsOnOneMachine = 15;

/** 10 minutes: within the 14 that a sign of life lasts. */
const seldomSeconds = 600;

/**
 * Seconds until a waiting load looks again, 1 to 60: a twentieth of the time for which the target has been in the same
 * hands, so that who is next loses a fortieth of that on average; and 2 for each waiter before it, which would have to be
 * done faster than that. Objects above ~10 GB leave less history for looks, and spread what there is over a day: up to 10
 * minutes for 1,000 slices.
 */
export function secondsToWait(waiting: Waiting): number {
  const { place, stillSeconds, onOneMachine } = waiting;
  const wished = Math.max(1, stillSeconds / 20, 2 * place);
  if (onOneMachine) return Math.round(Math.min(mostSecondsOnOneMachine, wished));
  return Math.round(Math.max(Math.min(mostSeconds, wished), leastSeconds(waiting)));
}

/** Where looks that are left no longer suffice for one a minute until the day is over, they are spread over what is left of it. */
function leastSeconds({ looks, waitedSeconds, slices }: Waiting): number {
  const looksLeft = looksAtMost(slices) - looks;
  const secondsLeft = daySeconds - waitedSeconds;
  if (secondsLeft <= 0 || looksLeft <= 0) return seldomSeconds;
  const each = secondsLeft / looksLeft;
  return each < mostSeconds ? 0 : Math.min(seldomSeconds, each);
}

/** What the history has room for beside a load of so many slices that goes as wrong as it may; a tenth stays free. */
function looksAtMost(slices: number): number {
  return Math.floor((0.9 * historyEventsAtMost - eventsOfLoad(slices)) / eventsOfLook);
}

/** Seconds until a load looks again for an object that it waits for: a tenth of the time that it has waited, 5 to 600 s: 75 looks in four hours, 675 events of the tenth that a history has free. */
export function secondsToLook(waitedSeconds: number, onOneMachine: boolean): number {
  return Math.min(onOneMachine ? 15 : 600, Math.max(5, waitedSeconds / 10));
}
