import { z } from 'zod';
import type { OperateDeps } from './deps.ts';
import type { View } from '../words/view.ts';
import { UsageError } from './errors.ts';

/** A verb as its file declares it: what goes in and out is typed by its two schemas. */
export interface VerbShape<Input extends z.ZodType, Output extends z.ZodType> {
  readonly name: string;
  /** Whether it changes anything: such a verb is audited, and two of them never run at the same time. */
  readonly changes: boolean;
  readonly input: Input;
  readonly output: Output;
  /** @throws OperationRefused where it would do harm, UsageError where the input makes no sense. */
  run(input: z.output<Input>, deps: OperateDeps, why: string | null, by: string): Promise<z.input<Output>>;
  /** The text that a person reads; every line ends. */
  show(answer: z.output<Output>, view: View): string;
}

/** The same for whoever only has JSON: input and answer are checked at the border. */
export interface OperateVerb {
  readonly name: string;
  readonly changes: boolean;
  /** Of what it answers. */
  readonly output: z.ZodType;
  /** @throws UsageError naming every problem. */
  parse(input: unknown): Record<string, unknown>;
  run(input: unknown, deps: OperateDeps, why: string | null, by: string): Promise<unknown>;
  show(answer: unknown, view: View): string;
}

/** Makes a verb of its declaration. */
export function defineVerb<Input extends z.ZodType<Record<string, unknown>>, Output extends z.ZodType>(
  verb: VerbShape<Input, Output>,
): OperateVerb {
  const parse = (input: unknown): z.output<Input> => {
    const parsed = verb.input.safeParse(input);
    if (parsed.success) return parsed.data;
    throw new UsageError(parsed.error.issues.map(problemOf));
  };
  return {
    name: verb.name,
    changes: verb.changes,
    output: verb.output,
    parse: (input) => ({ ...parse(input) }),
    run: async (input, deps, why, by) => verb.output.parse(await verb.run(parse(input), deps, why, by)),
    show: (answer, view) => verb.show(verb.output.parse(answer), view),
  };
}

function problemOf({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`;
}

/** The number of a load. */
export const loadIdSchema = z.int('is not the number of a load, such as 7').positive();
