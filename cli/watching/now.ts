import type { Status } from '../../functions/operate/verbs/status.ts';
import { shortName } from '../../functions/words/object-name.ts';
import { waitWords } from '../../functions/words/wait-words.ts';
import { type Progress, progressParts, rateOf } from '../loading/progress.ts';

type LoadLine = Status['loads'][number];

/** A load that runs, in words beside its numbers. */
export interface RunningNow {
  readonly loadId: number;
  readonly target: string;
  /** Of the object, as short as it is told apart. */
  readonly name: string;
  readonly step: string;
  readonly part: string;
  readonly percent: number;
  readonly rate: string;
  readonly left: string;
  /** What it waits for; empty where it does not. */
  readonly wait: string;
}

/** What runs, what waits and what ended last: all of it from the answer of `status`, whose numbers these are. */
export interface Now {
  readonly database: string | null;
  readonly running: readonly RunningNow[];
  /** A target, and the loads that wait for it, the next one first. */
  readonly queues: readonly { readonly target: string; readonly loads: number; readonly order: readonly number[] }[];
  readonly held: readonly LoadLine[];
  readonly paused: Status['paused'];
  readonly awaiting: Status['awaiting'];
  readonly openRejects: Status['openRejects'];
  /** Newest first, with the loads that run and are held among them. */
  readonly last: readonly (LoadLine & { readonly name: string })[];
}

/** When a load was first seen in its step, and with how many staged records. */
interface Seen {
  readonly step: string;
  readonly at: number;
  readonly records: number;
}

/**
 * Makes answers of `status` into what is shown. It remembers since when each load is in its step, which the ledger does not say: rate and
 * time left are of what was seen.
 * @param folder what names of local files are shown from
 */
export function watcher(folder: string, now: () => number = Date.now): (status: Status) => Now {
  let seen = new Map<number, Seen>();
  return (status) => {
    const at = now();
    const before = seen;
    seen = new Map(
      status.running.map(({ loadId, step, recordsStaged }) => {
        const last = before.get(loadId);
        return [loadId, last?.step === step ? last : { step, at, records: recordsStaged }];
      }),
    );
    const nameOf = (loadId: number): string => {
      const load = status.loads.find((each) => each.loadId === loadId);
      return load === undefined ? '' : shortName(load, folder);
    };
    return {
      database: status.database,
      running: status.running.map((load) => {
        const first = seen.get(load.loadId) ?? { at, records: 0 };
        const sinceStep = at - first.at;
        const sinceStart = Math.max(load.since === null ? 0 : at - Date.parse(load.since), sinceStep);
        const progress: Progress = load;
        const { loadId, target, step, wait, recordsStaged } = load;
        const parts = progressParts(
          progress,
          { sinceStart, sinceStep },
          rateOf(recordsStaged - first.records, sinceStep),
        );
        return { loadId, target, name: nameOf(loadId), step, ...parts, wait: wait === null ? '' : waitWords(wait) };
      }),
      queues: status.waiting.map(({ target, loads, order }) => ({ target, loads, order })),
      held: status.loads.filter(({ outcome }) => outcome === 'HELD'),
      paused: status.paused,
      awaiting: status.awaiting,
      openRejects: status.openRejects,
      last: status.loads.map((load) => ({ ...load, name: shortName(load, folder) })),
    };
  };
}
