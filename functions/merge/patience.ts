import { plural } from '../core/quantities/counted.ts';
import { eventsOfGoverning, eventsOfLook, eventsOfRound } from '../protocol/state-machine.ts';

/** What a load has waited for in this attempt, its present wait last. */
export interface Waited {
  readonly waits: readonly { readonly signal: string; readonly seconds: number; readonly looks: number }[];
  /** As many as are configured. */
  readonly lanes: number;
  readonly slices: number;
  /** No history of events is counted there. */
  readonly onOneMachine: boolean;
  /** Absent: the default. */
  readonly deadlineMinutes?: number;
}

/** 4 hours: a night's load is still done in the morning. */
export const defaultDeadlineMinutes = 240;
/** 2 s at first, and a tenth of what it has waited; 300 s, within the 16 minutes that a lease lasts. */
const wait = { least: 2, share: 10, most: 300 };
/** Each stop begins with a wait a quarter longer than the one before it: what comes back all the time is left alone more and more. */
const growth = 1.25;
/** 10 minutes: the longest that a load is silent (extract/wait.ts). */
const seldomSeconds = 600;

/** Seconds until a load that waits looks again. Where the execution's history has little room left, looks are spread over the time that is left. */
export function secondsToWait(waited: Waited): number {
  const { waits, onOneMachine } = waited;
  const { seconds: present = 0, signal = '' } = waits.at(-1) ?? {};
  const first = wait.least * growth ** Math.max(0, waits.length - 1);
  const most = signal === 'paused' && !onOneMachine ? seldomSeconds : wait.most;
  const wished = Math.min(most, Math.max(first, present / wait.share));
  if (onOneMachine) return Math.round(wished);
  const looksLeft = Math.floor((eventsOfGoverning(waited.slices) - eventsSpent(waited)) / eventsOfLook);
  const each = Math.max(0, deadlineSeconds(waited) - waitedSeconds(waited)) / Math.max(1, looksLeft);
  return Math.round(each <= most ? wished : Math.min(seldomSeconds, each));
}

/** Why the load ends, in words; null: it may wait on. */
export function deadlinePassed(waited: Waited): string | null {
  const seconds = waitedSeconds(waited);
  if (seconds >= deadlineSeconds(waited)) {
    return `the load has waited for others for ${plural(Math.round(seconds / 60), 'minute')}, as long as it may (deadlineMinutes)`;
  }
  if (waited.onOneMachine || eventsSpent(waited) < eventsOfGoverning(waited.slices)) return null;
  const looks = waited.waits.reduce((sum, each) => sum + each.looks, 0);
  return `the load has stopped for others ${plural(waited.waits.length, 'time')} and looked ${plural(looks, 'time')} whether it may go on, and its execution has no room for more (docs/scale.md)`;
}

/** A pause by a person does not count. */
function waitedSeconds({ waits }: Waited): number {
  return waits.reduce((sum, { signal, seconds }) => (signal === 'paused' ? sum : sum + seconds), 0);
}

function deadlineSeconds({ deadlineMinutes = defaultDeadlineMinutes }: Waited): number {
  return 60 * deadlineMinutes;
}

/** Of its history: the looks, and for each stop the lanes that begin anew, once more where one was added before it. */
function eventsSpent({ waits, lanes }: Waited): number {
  const looks = waits.reduce((sum, each) => sum + each.looks, 0);
  return looks * eventsOfLook + waits.length * (lanes > 1 ? 2 : 1) * eventsOfRound(lanes);
}
