import { documentLine } from '../output/documents.ts';
import type { Context, Verb } from '../context.ts';
import { exitCode } from '../typed/exit-codes.ts';
import { lookIntoLedger } from '../database/ledger-session.ts';
import { askHere, operateVerbOf, type Question, toldError, viewOf } from './operator.ts';
import { type Listed, listedText, outputForm, outputOption } from '../output/forms.ts';
import type { TypedPlace } from '../typed/command-at.ts';
import type { Arguments, OptionSpecs } from '../typed/usage.ts';
import { UsageError } from '../typed/usage.ts';

/** Of every operator's verb. */
export const operatorOptions = {
  json: { type: 'boolean' },
  'database-url': { type: 'string' },
  stack: { type: 'string' },
} as const satisfies OptionSpecs;

/** What --help says of them. */
export const operatorHelp = `  --database-url URL   else DATABASE_URL, else what PGHOST, PGSERVICE and the like name, else the embedded server
  --stack NAME         ask the deployed stack instead (the usual AWS credentials and region)`;

/** Of the verbs that change something. */
export const reasonOption = { reason: { type: 'string' } } as const satisfies OptionSpecs;

/** What --help says of it. */
export const reasonHelp = `  --reason TEXT        why: kept in landfall.operations, with who and when`;

/** A verb of functions/operate, asked here or of a stack: same words, same output. */
export interface OperatorVerb {
  readonly name: string;
  readonly form: string;
  readonly examples: readonly string[];
  readonly help: string;
  readonly options?: OptionSpecs;
  /** As of any verb; nothing where it is not said. */
  readonly completes?: Verb['completes'] | 'files';
  /** Where what was typed decides which verb of functions/operate it is; else the one of that name. */
  verb?(typed: Arguments): string;
  /** The verb's input, of what was typed. Throws UsageError. */
  input(typed: Arguments, context: Context): object | Promise<object>;
  /** What stands for the answer where there is no ledger yet; throws where that makes no sense. */
  nothing(input: object): unknown;
  /** What it lists, for --output ndjson and csv, of which it has the option then; of the answer and of what stands for it. */
  listed?(answer: unknown): Listed;
  /** What --output asked for, in place of the text; null: it asked for nothing. */
  output?(answer: unknown, typed: Arguments): string | null;
  /** Else the answer itself. */
  json?(answer: unknown): string;
  /** What a person is told behind the text, where there is something. */
  behind?(answer: unknown, context: Context): Promise<string>;
  /** Where the answer is nothing to show on stdout. */
  none?(answer: unknown): boolean;
  /** Where it is done otherwise on this machine than on a stack; null: what was typed is not. `tell` shows an answer as of any place. */
  here?(
    question: Question,
    typed: Arguments,
    context: Context,
    tell: (question: Question, answer: unknown) => Promise<number>,
  ): Promise<number> | null;
}

/** Makes a verb of the command of it. */
export function operatorVerb(spec: OperatorVerb): Verb {
  const read = async (typed: Arguments, context: Context): Promise<Question> => {
    const { stack, reason, 'database-url': databaseUrl } = typed.values;
    if (stack !== undefined && databaseUrl !== undefined)
      throw new UsageError(['--stack and --database-url exclude each other: a stack knows its database']);
    if (spec.listed) outputForm(typed);
    const question = {
      verb: spec.verb?.(typed) ?? spec.name,
      input: await spec.input(typed, context),
      why: reason ?? null,
    };
    await refuseWrongInput(question);
    return question;
  };
  return {
    form: spec.form,
    help: spec.help,
    examples: spec.examples,
    ...(spec.completes !== 'files' && { completes: spec.completes ?? [] }),
    options: { ...spec.options, ...(spec.listed && outputOption), ...operatorOptions },
    read,
    async run(typed, context) {
      const { stack, 'database-url': databaseUrl } = typed.values;
      const question = await read(typed, context);
      if (stack !== undefined) {
        const { askStack } = await import('./stack.ts');
        const note = (words: string): void => context.err(`${words}\n`);
        return await tell(spec, { question, answer: await askStack(question, stack, note) }, { typed, context });
      }
      const here = spec.here?.(question, typed, context, async (asked, answer) =>
        tell(spec, { question: asked, answer }, { typed, context }),
      );
      if (here !== undefined && here !== null) return await here;
      const found = await lookIntoLedger(databaseUrl, context, async (db, target) => ({
        answer: await askHere(question, { db, target }, context),
      }));
      if (found !== null) return await tell(spec, { question, answer: found.answer }, { typed, context });
      const nothing = spec.nothing(question.input);
      if (spec.listed) tellListed(spec, nothing, { typed, context });
      else if (typed.flags.has('json')) context.out(jsonOf(spec, nothing));
      return exitCode.done;
    },
  };
}

/** Before anything is connected to. */
async function refuseWrongInput({ verb, input }: Question): Promise<void> {
  const { parse } = await operateVerbOf(verb);
  try {
    parse(input);
  } catch (error) {
    throw toldError(error);
  }
}

async function tell(
  spec: OperatorVerb,
  { question, answer }: { readonly question: Question; readonly answer: unknown },
  { typed, context }: { readonly typed: Arguments; readonly context: Context },
): Promise<number> {
  const asked = spec.output?.(answer, typed) ?? null;
  if (asked !== null) {
    if (typed.values['output'] === 'table') context.show(asked);
    else context.out(asked);
    return exitCode.done;
  }
  if (tellListed(spec, answer, { typed, context })) return exitCode.done;
  if (typed.flags.has('json')) {
    context.out(jsonOf(spec, answer));
    if (spec.none?.(answer) !== true) return exitCode.done;
  }
  const shown = (await operateVerbOf(question.verb)).show(answer, viewOf(context, placeOf(typed)));
  const text = shown + ((await spec.behind?.(answer, context)) ?? '');
  if (spec.none?.(answer) === true) context.err(text);
  else context.show(text);
  return exitCode.done;
}

function placeOf({ values }: Arguments): TypedPlace {
  return { databaseUrl: values['database-url'], stack: values['stack'] };
}

/** False where a table was asked for, or the verb lists nothing. */
function tellListed(
  spec: OperatorVerb,
  answer: unknown,
  { typed, context }: { readonly typed: Arguments; readonly context: Context },
): boolean {
  const form = spec.listed ? outputForm(typed) : 'table';
  if (spec.listed === undefined || form === 'table') return false;
  context.out(listedText(form, spec.listed(answer), () => jsonOf(spec, answer)));
  return true;
}

function jsonOf(spec: OperatorVerb, answer: unknown): string {
  return spec.json === undefined ? documentLine(answer as object) : spec.json(answer);
}
