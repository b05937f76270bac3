import { secondsToWait } from '../../../functions/extract/wait.ts';
import { firstOfSteps, stateMachine } from '../../../functions/protocol/state-machine.ts';
import { estimated } from './estimates.ts';
import { eventsOf } from './history.ts';

/** A load that comes to its table. */
export interface Arrival {
  /** When its execution starts, in seconds. */
  readonly at: number;
  /** When its object was changed last. */
  readonly age: number;
  /** How long it merges, in seconds. */
  readonly mergeSeconds: number;
}

/** How its execution went. */
export interface Course {
  readonly arrival: Arrival;
  readonly acquiredAt: number;
  readonly endedAt: number;
  readonly events: number;
}

interface Execution {
  readonly id: number;
  readonly arrival: Arrival;
  state: string;
  at: number;
  events: number;
  looks: number;
  acquiredAt: number;
  output: Readonly<Record<string, unknown>>;
}

interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Choices?: readonly { Variable: string; StringEquals?: string; IsPresent?: boolean; Next: string }[];
  readonly Default?: string;
}

const definition = stateMachine((name) => name);
const outputs: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  Register: { decision: 'proceed' },
  Compose: { stage: [], validate: [0] },
  Transform: { gate: 'merge', lanes: [0] },
};

/**
 * Executions of the definition as it is that want one table, by a clock of their own: calls and transitions take what
 * they are estimated to take, merging what the arrival says. Answers them in the order in which they had the table.
 */
export function queue(arrivals: readonly Arrival[]): readonly Course[] {
  const running = arrivals.map(
    (arrival, id): Execution => ({
      ...{ id, arrival, state: firstOfSteps, at: arrival.at, events: 2, looks: 0, acquiredAt: 0, output: {} },
    }),
  );
  const table: Table = { holder: null, since: 0, waiting: new Map() };
  const ended: Execution[] = [];
  while (running.length > 0) {
    const next = running.reduce((a, b) => (b.at < a.at ? b : a));
    if (enter(next, table)) continue;
    running.splice(running.indexOf(next), 1);
    ended.push(next);
  }
  return ended
    .map(({ arrival, acquiredAt, at, events }) => ({ arrival, acquiredAt, endedAt: at, events }))
    .toSorted((a, b) => a.acquiredAt - b.acquiredAt);
}

interface Table {
  holder: number | null;
  since: number;
  /** Who waits, and when it looked last. */
  readonly waiting: Map<Execution, number>;
}

/** Goes through the state that the execution is in; false where that was its last. */
function enter(execution: Execution, table: Table): boolean {
  const name = execution.state;
  const state = definition.States[name] as unknown as State;
  execution.events += eventsOf[state.Type] ?? Number.NaN;
  execution.at += secondsIn(execution, state, table) + estimated.stateSeconds;
  if (state.Type === 'Succeed') return false;
  execution.state = state.Type === 'Choice' ? chosen(state, execution.output) : (state.Next ?? '');
  return true;
}

function secondsIn(execution: Execution, { Type }: State, table: Table): number {
  const name = execution.state;
  if (Type === 'Wait') return Number(execution.output['waitSeconds']);
  if (Type === 'Map') {
    execution.events += 9;
    return name === 'MergeBatches' ? execution.arrival.mergeSeconds : estimated.callSeconds;
  }
  if (Type !== 'Task') return 0;
  execution.output = name === 'AcquireLease' ? look(execution, table) : (outputs[name] ?? {});
  if (name === 'Finish') {
    table.holder = null;
    table.since = execution.at;
  }
  return estimated.callSeconds;
}

function look(execution: Execution, table: Table): Record<string, unknown> {
  const comesFirst = ({ id, arrival }: Execution): boolean =>
    arrival.age < execution.arrival.age || (arrival.age === execution.arrival.age && id < execution.id);
  const before = [...table.waiting].filter(([other]) => comesFirst(other));
  execution.looks += 1;
  if (table.holder === null && before.length === 0) {
    table.waiting.delete(execution);
    table.holder = execution.id;
    table.since = execution.acquiredAt = execution.at;
    return { decision: 'proceed' };
  }
  table.waiting.set(execution, execution.at);
  const since = table.holder === null ? Math.min(...before.map(([, seen]) => seen)) : table.since;
  const waitSeconds = secondsToWait({
    place: Math.min(32, before.length),
    stillSeconds: execution.at - since,
    looks: execution.looks,
    waitedSeconds: execution.at - execution.arrival.at,
    slices: 1,
    onOneMachine: false,
  });
  return { decision: 'wait', waitSeconds };
}

function chosen({ Choices = [], Default = '' }: State, output: Readonly<Record<string, unknown>>): string {
  const holds = Choices.find(({ Variable, StringEquals, IsPresent }) => {
    const [, field = '', index] = /^\$\.(\w+)(\[0\])?$/u.exec(Variable) ?? [];
    if (IsPresent !== undefined) return index !== undefined && (output[field] as readonly unknown[]).length > 0;
    return output[field] === StringEquals;
  });
  return holds?.Next ?? Default;
}

/** How much longer 240 loads take that all wait, each with 20 s from its lease to its end, than one after the other without a pause. */
export function queueOverhead(): number {
  const [bare] = queue([{ at: 0, age: 0, mergeSeconds: 0 }]);
  const mergeSeconds = 20 - ((bare?.endedAt ?? 0) - (bare?.acquiredAt ?? 0));
  // the last one to come is the oldest, and so on
  const courses = queue(Array.from({ length: 240 }, (_, i) => ({ at: i / 10, age: -i, mergeSeconds })));
  return Math.max(...courses.map(({ endedAt }) => endedAt)) / (240 * 20);
}
