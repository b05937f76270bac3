import type { StateMachineDefinition } from 'aws-local-stepfunctions';

/**
 * A definition made ready for the library: plain states as they are, and what stands behind each Task and Map, by state
 * name. The library runs the flow (choices, waits, retries, catches, JSONPath), the runner does the work.
 */
export interface Machine {
  readonly definition: StateMachineDefinition;
  readonly work: Readonly<Record<string, Work>>;
}

export type Work = FunctionCall | MapOver;

export interface FunctionCall {
  readonly kind: 'function';
  readonly functionName: string;
  /** Of the state itself; without one, only the function's own limit counts. */
  readonly timeoutMs: number | null;
}

export interface MapOver {
  readonly kind: 'map';
  readonly itemsPath: string;
  /** Items at the same time, or where in the Map's own input that stands; 0: as many as Step Functions runs. */
  readonly atOnce: number | { readonly path: string };
  /** With a selector its first state builds the item's input, and the run starts from the Map's own input. */
  readonly processor: Machine;
  readonly hasSelector: boolean;
}

type State = Readonly<Record<string, unknown>>;
interface States {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

/** An inline Map of Step Functions runs at most 40 items at once. */
export const MOST_AT_ONCE = 40;
/** setTimeout's own limit of 2^31 - 1 ms, 24 days: in effect none. */
const NO_TIMEOUT_SECONDS = 2_147_483;
const SELECT = 'select item';

/** Translates an ASL definition; throws on what the embedded runner would run otherwise than Step Functions does. */
export function prepareMachine(definition: object): Machine {
  const { States: states, ...rest } = definition as States;
  const prepared = Object.entries(states).map(([name, state]) => ({ name, ...prepareState(name, state) }));
  return {
    definition: {
      ...rest,
      States: Object.fromEntries(prepared.map(({ name, state }) => [name, state])),
    } as unknown as StateMachineDefinition,
    work: Object.fromEntries(prepared.flatMap(({ name, work }) => (work === null ? [] : [[name, work]]))),
  };
}

function prepareState(name: string, state: State): { state: State; work: Work | null } {
  refuseUnsupported(name, state);
  switch (state['Type']) {
    case 'Task':
      return { state: asTask(state), work: functionCall(name, state) };
    case 'Map':
      return { state: asTask(state), work: mapOver(name, state) };
    default:
      return { state, work: null };
  }
}

/**
 * Faults of aws-local-stepfunctions 3.0.0 that this avoids: a Task without TimeoutSeconds fails after 60 s (Step
 * Functions: never), and the time that a call waits for a free process would count; the pool keeps the limits instead.
 * A Map becomes a Task whose work is the Map, because the library's own starts the rest of its items after one failed
 * and shares one context object between all of them.
 */
function asTask(state: State): State {
  const { ItemsPath, ItemSelector, ItemProcessor, MaxConcurrency, MaxConcurrencyPath, ...kept } = state;
  return { ...kept, Type: 'Task', Resource: state['Resource'] ?? 'map', TimeoutSeconds: NO_TIMEOUT_SECONDS };
}

function functionCall(name: string, state: State): FunctionCall {
  const functionName = /:function:([\w-]+)/.exec(String(state['Resource']))?.[1];
  if (functionName === undefined) {
    throw new Error(`state ${name}: its Resource is not the ARN of a Lambda function: ${String(state['Resource'])}`);
  }
  const seconds = state['TimeoutSeconds'];
  return { kind: 'function', functionName, timeoutMs: typeof seconds === 'number' ? seconds * 1_000 : null };
}

function mapOver(name: string, state: State): MapOver {
  const processor = state['ItemProcessor'] as States | undefined;
  if (processor === undefined) throw new Error(`state ${name}: a Map needs an ItemProcessor`);
  const selector = state['ItemSelector'];
  return {
    kind: 'map',
    itemsPath: (state['ItemsPath'] as string | undefined) ?? '$',
    atOnce: atOnceOf(state),
    processor: prepareMachine(selector === undefined ? processor : withSelector(processor, selector)),
    hasSelector: selector !== undefined,
  };
}

function atOnceOf({ MaxConcurrency = 0, MaxConcurrencyPath }: State): MapOver['atOnce'] {
  return typeof MaxConcurrencyPath === 'string' ? { path: MaxConcurrencyPath } : (MaxConcurrency as number);
}

/** The library itself evaluates the selector: a Pass state in front, with the item in the run's context. */
function withSelector({ StartAt, States: states }: States, selector: unknown): States {
  return { StartAt: SELECT, States: { [SELECT]: { Type: 'Pass', Parameters: selector, Next: StartAt }, ...states } };
}

const UNSUPPORTED = [
  'ItemReader',
  'ItemBatcher',
  'ResultWriter',
  'Iterator',
  'TimeoutSecondsPath',
  'HeartbeatSeconds',
  'ToleratedFailureCount',
  'ToleratedFailurePercentage',
  'QueryLanguage',
  'Assign',
  'Credentials',
];

function refuseUnsupported(name: string, state: State): void {
  const refuse = (what: string): never => {
    throw new Error(
      `state ${name}: the embedded runner does not run ${what} as Step Functions does; see localstack/embedded/README.md`,
    );
  };
  for (const field of UNSUPPORTED) if (field in state) refuse(field);
  // the library starts the other branches all the same when one failed, as it does in a Map
  if (state['Type'] === 'Parallel') refuse('Parallel');
  // the library ignores a Result of false, 0, '' or null, and takes the path `$` for a field of that name
  if ('Result' in state && !state['Result']) refuse('a Pass state with an empty Result');
  if (state['ResultPath'] === '$') refuse('ResultPath $ (leave it out: it is the default)');
  // inside a Map the library puts the item's own input and start there
  if (state['Type'] === 'Map' && /\$\$\.Execution\.(Input|StartTime)/.test(JSON.stringify(state['ItemProcessor']))) {
    refuse('$$.Execution.Input or StartTime inside a Map (hand them in by ItemSelector of the state before)');
  }
}
