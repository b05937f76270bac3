import { machineFunctions } from '../../../functions/protocol/pipeline.ts';
import { allStates, functionArn, type NamedState } from './asl.ts';

/** Events that Step Functions writes for one pass through a state (Standard, one Lambda a Task). */
export const eventsOf: Readonly<Record<string, number>> = {
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

/** No index was dropped before the merge. */
const nothingDropped = { RebuildIndexes: 0, IndexesRebuilt: 0, WaitForIndexes: 0 };

/** Every state is entered by the machine, since the call that was to do all of it failed. Nobody else holds the target, every guess is right, nothing is retried; each lane merges in so many calls. */
export function courseByStates(load: { slices: number; lanes: number; callsOfLane?: number }): Course {
  const { slices, lanes, callsOfLane = 1 } = load;
  return {
    passes: { WaitForSet: 0, WaitForLease: 0, Govern: 0, Governed: 0, WaitForOthers: 0, ...nothingDropped },
    items: { StageSlices: slices, ValidateSlices: slices, MergeBatches: lanes },
    passesOfItem: { MergeLane: callsOfLane, LaneMerged: callsOfLane, WaitToMerge: callsOfLane - 1 },
    retries: 0,
  };
}

const inOneCall = ['InOneCall', 'GoOn', 'Done'];
const untilSlices = ['Register', 'Registered', 'AcquireLease', 'LeaseAcquired', 'PlanSlices'];

/** The same where nothing fails: one call does all of a load of one slice, and of a larger one what comes before its slices. */
export function straightCourse(load: { slices: number; lanes: number; callsOfLane?: number }): Course {
  const course = courseByStates(load);
  const top = allStates().flatMap(({ name, inMap }) => (inMap === null ? [name] : []));
  const isSmall = load.slices === 1;
  const among = isSmall ? inOneCall : top.filter((name) => !untilSlices.includes(name));
  const passes = Object.fromEntries(top.flatMap((name) => (among.includes(name) ? [] : [[name, 0]])));
  const items = isSmall ? { StageSlices: 0, ValidateSlices: 0, MergeBatches: 0 } : course.items;
  return { ...course, passes: { ...course.passes, ...passes }, items };
}

/** The history events of an execution of the definition as it is: a new state counts as soon as it exists. */
export function historyEvents(course: Course): number {
  const events = allStates().map((each) => {
    const { name, state } = each;
    const one = eventsOf[state.Type];
    if (one === undefined) throw new Error(`${name} is a ${state.Type}: say how many events one costs`);
    return one * entered(each, course) + (state.Type === 'Map' ? eventsOfIteration * itemsOf(name, course) : 0);
  });
  return eventsOfExecution + course.retries * eventsOfRetry + sum(events);
}

/** What is paid for: each entry of a state, and each retry. */
export function transitions(course: Course): number {
  return course.retries + sum(allStates().map((each) => entered(each, course)));
}

type MachineFunction = (typeof machineFunctions)[number];

/** How often each step's function is called, without retries. */
export function calls(course: Course): Readonly<Record<MachineFunction, number>> {
  const of = (step: MachineFunction): number =>
    sum(allStates().map((each) => (each.state.Resource === functionArn(step) ? entered(each, course) : 0)));
  return Object.fromEntries(machineFunctions.map((step) => [step, of(step)])) as Record<MachineFunction, number>;
}

function entered({ name, inMap }: NamedState, course: Course): number {
  const { passes, passesOfItem } = course;
  return inMap === null ? (passes[name] ?? 1) : itemsOf(inMap, course) * (passesOfItem[name] ?? 1);
}

function itemsOf(map: string, { items }: Course): number {
  const count = items[map];
  if (count === undefined) throw new Error(`the course says nothing about the items of ${map}`);
  return count;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
