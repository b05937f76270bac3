import { type ParseArgsOptionDescriptor, parseArgs } from 'node:util';
import { nearNames } from '../../functions/words/did-you-mean.ts';
import { UsageError } from '../../functions/operate/errors.ts';

/** What was typed makes no sense, to the command or to a verb behind it: one error for both. The command exits 64. */
export { UsageError };

/** A trouble that needs no stack trace: the message says what, where, and what to do now. The command exits 1. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
}

/** A connection that stands, and an answer that did not come in time: a lock is held, or the server is silent. */
export class HeldUp extends CommandError {
  override readonly name = 'HeldUp';
}

/** One option of a verb. */
export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly multiple?: boolean;
  /** The words that it takes, or of one that takes others too the usual ones: a shell completes them. */
  readonly values?: readonly string[];
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** What every verb takes. */
export const everyVerbsOptions = {
  quiet: { type: 'boolean', short: 'q' },
  verbose: { type: 'boolean', short: 'v' },
  yes: { type: 'boolean', short: 'y' },
} as const satisfies OptionSpecs;

export interface Arguments {
  /** Flags with a value, as typed. */
  readonly values: Readonly<Record<string, string>>;
  /** Of options that may be given several times: what each time was typed. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly flags: ReadonlySet<string>;
  readonly positionals: readonly string[];
}

/** Splits a verb's arguments; throws UsageError with every problem at once. `--help` wins over all of them. */
export function parseArguments(typed: readonly string[], specs: OptionSpecs): Arguments {
  const options: Record<string, ParseArgsOptionDescriptor> = { ...specs, help: { type: 'boolean', short: 'h' } };
  const { tokens } = parseArgs({ args: [...typed], options, strict: false, allowPositionals: true, tokens: true });
  const values: Record<string, string> = {};
  const lists: Record<string, string[]> = {};
  const flags = new Set<string>();
  const positionals: string[] = [];
  const problems: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const type = options[token.name]?.type;
    if (type === undefined) problems.push(unknownOption(token.rawName, Object.keys(options)));
    else if (type === 'boolean') {
      if (token.value !== undefined) problems.push(`--${token.name} takes no value; write just --${token.name}`);
      flags.add(token.name);
    } else if (lacksValue(token)) {
      problems.push(`--${token.name} needs a value: --${token.name} VALUE`);
    } else if (options[token.name]?.multiple === true) {
      (lists[token.name] ??= []).push(token.value ?? '');
    } else if (token.name in values) {
      problems.push(`--${token.name} is given twice; give it once`);
    } else values[token.name] = token.value ?? '';
  }
  if (problems.length > 0 && !flags.has('help')) throw new UsageError(problems);
  return { values, lists, flags, positionals };
}

function unknownOption(rawName: string, known: readonly string[]): string {
  const near = nearNames(rawName.replace(/^-+/, ''), known).map((name) => `--${name}`);
  const hint =
    near.length === 0 ? `It has ${known.map((name) => `--${name}`).join(', ')}.` : `Did you mean ${near.join(' or ')}?`;
  return `${rawName} is not an option of this command. ${hint}`;
}

/** parseArgs takes `--dataset --json` for a dataset named "--json"; a negative number is a value all the same. */
function lacksValue({ value, inlineValue }: { value: string | undefined; inlineValue: boolean | undefined }): boolean {
  return value === undefined || value === '' || (inlineValue !== true && /^-\D/.test(value));
}
