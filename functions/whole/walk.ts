import { atPath, filled, withResult } from './paths.ts';

/** A definition, or a Map's, as ASL has it; functions/protocol/state-machine.ts makes the only one. */
export interface States {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}
type State = Readonly<Record<string, unknown>>;

/** The state `next` is entered with `input`. */
export interface At {
  readonly next: string;
  readonly input: unknown;
}

/** What a walk needs beside the definition. */
export interface Walk {
  /** Calls a state of a function, as the machine does; throws under the names that it catches. */
  readonly call: (functionName: string, event: unknown) => Promise<unknown>;
  /** Asked before each call: whether there is time for it. */
  readonly mayGoOn: () => boolean;
  /** The context object, `$$`. */
  readonly context: Readonly<Record<string, unknown>>;
}

/** ended: in this state, which was the last one. stopped: the machine goes on in this state, which has not run. */
type Walked = { readonly kind: 'ended' | 'stopped' } & At;

/**
 * Goes through a definition's states as the state machine would, one call after the other, as far as one process may. A state
 * that waits, a Map of more than one item and a call for which no time is left are the machine's, which goes on there. What fails and
 * is caught leads on as it does there; what fails otherwise is thrown. The order of the states is the definition's alone.
 */
export async function walk({ States: states }: States, from: At, deps: Walk): Promise<Walked> {
  let at = from;
  for (;;) {
    const state = states[at.next];
    if (state === undefined) throw new Error(`the definition has no state ${at.next}`);
    switch (state['Type']) {
      case 'Succeed':
        return { kind: 'ended', next: at.next, input: outputOf(state, at.input, deps.context) };
      case 'Choice':
        at = { next: chosen(state, at.input), input: at.input };
        break;
      case 'Task':
      case 'Map': {
        const result = await caught(state, () =>
          state['Type'] === 'Map' ? onlyItem(state, at.input, deps) : called(state, at.input, deps),
        );
        if (result.kind === 'stopped') return { kind: 'stopped', ...at };
        if (result.kind === 'caught') {
          at = { next: result.next, input: withResult(at.input, result.resultPath, result.error) };
          break;
        }
        const input = withResult(at.input, state['ResultPath'], result.output);
        if (state['End'] === true) return { kind: 'ended', next: at.next, input };
        at = { next: String(state['Next']), input };
        break;
      }
      // a Wait among them: no process is held for it
      default:
        return { kind: 'stopped', ...at };
    }
  }
}

function outputOf({ OutputPath: path }: State, input: unknown, context: Walk['context']): unknown {
  return typeof path === 'string' ? atPath(path, input, context) : input;
}

type Result = { readonly kind: 'done'; readonly output: unknown } | { readonly kind: 'stopped' };

const stopped: Result = { kind: 'stopped' };

async function called(state: State, input: unknown, { call, mayGoOn, context }: Walk): Promise<Result> {
  if (!mayGoOn()) return stopped;
  const event = filled(state['Parameters'], input, context);
  return { kind: 'done', output: await call(String(state['Resource']), event) };
}

/** Several are worked on at the same time, each in a call of its own. */
async function onlyItem(state: State, input: unknown, deps: Walk): Promise<Result> {
  const items = atPath(String(state['ItemsPath']), input, deps.context);
  if (!Array.isArray(items) || items.length > 1) return stopped;
  const processor = state['ItemProcessor'] as States;
  const outputs: unknown[] = [];
  for (const [index, item] of items.entries()) {
    const context = { ...deps.context, Map: { Item: { Index: index, Value: item as unknown } } };
    const itemInput = filled(state['ItemSelector'], input, context);
    const walked = await walk(processor, { next: processor.StartAt, input: itemInput }, { ...deps, context });
    if (walked.kind === 'stopped') return stopped;
    outputs.push(walked.input);
  }
  const selector = state['ResultSelector'];
  return { kind: 'done', output: selector === undefined ? outputs : filled(selector, outputs, deps.context) };
}

interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly ResultPath?: unknown;
  readonly Next: string;
}

/** As Step Functions gives an error to the state that follows it: its name, and as its cause what Lambda says of it. */
type Caught = {
  readonly kind: 'caught';
  readonly next: string;
  readonly resultPath: unknown;
  readonly error: { readonly Error: string; readonly Cause: string };
};

async function caught(state: State, run: () => Promise<Result>): Promise<Result | Caught> {
  try {
    return await run();
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const catcher = ((state['Catch'] ?? []) as readonly Catcher[]).find(({ ErrorEquals }) =>
      ErrorEquals.includes(name),
    );
    if (catcher === undefined) throw error;
    const cause = JSON.stringify({ errorType: name, errorMessage: message });
    return { kind: 'caught', next: catcher.Next, resultPath: catcher.ResultPath, error: { Error: name, Cause: cause } };
  }
}

interface Choice {
  readonly Variable: string;
  readonly Next: string;
  readonly StringEquals?: string;
  readonly BooleanEquals?: boolean;
  readonly IsPresent?: boolean;
}

function chosen(state: State, input: unknown): string {
  const found = (state['Choices'] as readonly Choice[]).find((choice) => holds(choice, input));
  return found?.Next ?? String(state['Default']);
}

function holds(choice: Choice, input: unknown): boolean {
  const value = atPath(choice.Variable, input, {});
  if (choice.IsPresent !== undefined) return (value !== undefined) === choice.IsPresent;
  if (choice.StringEquals !== undefined) return value === choice.StringEquals;
  if (choice.BooleanEquals !== undefined) return value === choice.BooleanEquals;
  throw new Error(`a walk knows no such choice: ${JSON.stringify(choice)}`);
}
