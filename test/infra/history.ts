import { allStates } from './asl.ts';

/** Events that Step Functions writes for one pass through a state (Standard, one Lambda a Task). */
const eventsOf: Readonly<Record<string, number>> = {
  // entered, scheduled, started, succeeded, exited
  Task: 5,
  // entered, started, succeeded, exited
  Map: 4,
  Choice: 2,
  Wait: 2,
  Succeed: 2,
};
/** Scheduled, started, failed. */
const eventsOfRetry = 3;
/** Iteration started and succeeded. */
const eventsOfIteration = 2;
/** Execution started and succeeded. */
const eventsOfExecution = 2;

/** How an execution goes; what is not named is entered once. */
export interface Course {
  /** Passes through a top-level state, where there is more than one. */
  readonly passes: Readonly<Record<string, number>>;
  /** Items of a Map, over all its passes. */
  readonly items: Readonly<Record<string, number>>;
  /** Passes of one item through a state inside a Map, where there is more than one. */
  readonly passesOfItem: Readonly<Record<string, number>>;
  readonly retries: number;
}

/** The history events of an execution of the definition as it is: a new state counts as soon as it exists. */
export function historyEvents({ passes, items, passesOfItem, retries }: Course): number {
  const itemsOf = (map: string): number => {
    const count = items[map];
    if (count === undefined) throw new Error(`the course says nothing about the items of ${map}`);
    return count;
  };
  const events = allStates().map(({ name, inMap, state }) => {
    const each = eventsOf[state.Type];
    if (each === undefined) throw new Error(`${name} is a ${state.Type}: say how many events one costs`);
    const entered = inMap === null ? (passes[name] ?? 1) : itemsOf(inMap) * (passesOfItem[name] ?? 1);
    return each * entered + (state.Type === 'Map' ? eventsOfIteration * itemsOf(name) : 0);
  });
  return eventsOfExecution + retries * eventsOfRetry + events.reduce((sum, each) => sum + each, 0);
}
