import { stateMachine } from '../../../functions/protocol/state-machine.ts';

/** A state of the definition, as far as the tests read it. */
export interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly End?: boolean;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Resource?: string;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly ResultPath?: string | null;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly ItemProcessor?: { readonly States: Readonly<Record<string, State>> };
}

/** Who tries again, and how long it waits. */
export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly BackoffRate: number;
  readonly MaxDelaySeconds?: number;
  readonly MaxAttempts: number;
}

/** One state with its name and the Map that holds it, null at the top. */
export interface NamedState {
  readonly name: string;
  readonly inMap: string | null;
  readonly state: State;
}

/** An ARN as Lambda writes it, for a validator that looks at ARNs. */
export function functionArn(name: string): string {
  return `arn:aws:lambda:eu-central-1:111122223333:function:${name}`;
}

/** The definition as Step Functions reads it: parsed from its JSON, with functions that have real names. */
export function definition(): { readonly States: Readonly<Record<string, State>> } & Record<string, unknown> {
  return JSON.parse(JSON.stringify(stateMachine(functionArn)));
}

/** Every state, those inside Maps included. */
export function allStates(states = definition().States, inMap: string | null = null): readonly NamedState[] {
  return Object.entries(states).flatMap(([name, state]) => [
    { name, inMap, state },
    ...allStates(state.ItemProcessor?.States ?? {}, name),
  ]);
}

/** Where a state can go next, errors that it catches included. */
export function successors(state: State): readonly string[] {
  const choices = (state.Choices ?? []).map((choice) => choice.Next);
  const catches = (state.Catch ?? []).map((each) => each.Next);
  return [state.Next, state.Default, ...choices, ...catches].filter((name) => name !== undefined);
}
