import { printable } from '../functions/core/printable.ts';
import { redact, secretsOf } from '../functions/core/redact.ts';
import { didYouMean } from '../functions/words/did-you-mean.ts';
import { databaseOfVariables } from './connection/variables.ts';
import { commandLine, speaking, type Verb, type World } from './context.ts';
import { fitted, helpPage } from './output/help.ts';
import { exitCode } from './typed/exit-codes.ts';
import { CommandError, everyVerbsOptions, parseArguments, UsageError } from './typed/usage.ts';
import { overview, verbs } from './verbs.ts';
import { packageVersion } from '../project/own-package.ts';

/** Runs what was typed after `landfall`; answers the exit code. Every failure has become a message on stderr. */
export async function runCommand(typed: readonly string[], whole: World): Promise<number> {
  const world = withoutSecrets(whole, typed);
  const show = world.shown ?? world.out;
  const [name = '', ...rest] = typed;
  if (name === '--version' || name === '-V') {
    world.out(`${packageVersion()}\n`);
    return exitCode.done;
  }
  if (name === '--help' || name === '-h' || (name === 'help' && rest.length === 0)) {
    show(fitted(overview(), world.terminalColumns()));
    return exitCode.done;
  }
  if (name === 'help') return runCommand([...rest.slice(0, 1), '--help'], whole);
  if (name === '') {
    world.err(fitted(overview(), world.terminalColumns()));
    return exitCode.usage;
  }
  const known = Object.keys(verbs);
  if (name.startsWith('-')) {
    world.err(
      `landfall: the verb comes first, then its options: landfall VERB ${printable(name)} ... There are: ${known.join(', ')}.\n`,
    );
    return exitCode.usage;
  }
  if (!Object.hasOwn(verbs, name)) {
    world.err(
      `landfall: "${printable(name)}" is not a verb.${didYouMean(name, known)} There are: ${known.join(', ')}.\n\`landfall --help\` says what each does.\n`,
    );
    return exitCode.usage;
  }
  return runVerb(name, rest, world);
}

/** Prose and errors without the passwords that this command was given, wherever they come up. What verbs print as results has none. */
function withoutSecrets(world: World, typed: readonly string[]): World {
  const option = '--database-url';
  const urls = typed.flatMap((word, i) =>
    word.startsWith(`${option}=`) ? [word.slice(option.length + 1)] : typed[i - 1] === option ? [word] : [],
  );
  const ofVariables = databaseOfVariables(world.env);
  const known = secretsOf(world.env, ofVariables?.problem === undefined ? [...urls, ofVariables?.url ?? ''] : urls);
  return {
    ...world,
    err: (text) => world.err(redact(text, known)),
    redraw: (line) => world.redraw(redact(line, known)),
  };
}

async function runVerb(name: string, typed: readonly string[], world: World): Promise<number> {
  const listed = verbs[name];
  if (listed === undefined) throw new Error(`no verb ${name}`);
  const { verb } = await listed.open();
  let context = speaking(world);
  try {
    const parsed = parseArguments(typed, { ...verb.options, ...everyVerbsOptions });
    refuseWhatNpmKept(name, verb, context);
    if (parsed.flags.has('help')) {
      context.show(helpPage({ name, summary: listed.summary }, verb, world.terminalColumns()));
      return exitCode.done;
    }
    if (parsed.flags.has('quiet') && parsed.flags.has('verbose'))
      throw new UsageError(['--quiet and --verbose exclude each other']);
    context = { ...speaking(world, parsed.flags), listed: verbs };
    return await verb.run(parsed, context);
  } catch (error) {
    return tell(name, verb, error, world);
  }
}

function tell(name: string, verb: Verb, error: unknown, context: World): number {
  if (!(error instanceof UsageError)) return tellError(`landfall ${name}`, error, context);
  const problems = error.problems.map((problem) => `landfall ${name}: ${printable(problem)}\n`).join('');
  context.err(`${problems}${verb.form}\n\`landfall ${name} --help\` shows everything.\n`);
  return exitCode.usage;
}

/** Options that npm has too: set by a .npmrc or by npm itself (`prefix` always), so that they alone say nothing of what was typed. */
const npmsOwn = ['force', 'json', 'key', 'name', 'prefix'];

/**
 * `npm run landfall load x --dry-run` without the two dashes: npm takes the options as settings of its own and the load
 * would be a real one.
 */
function refuseWhatNpmKept(name: string, verb: Verb, { env }: World): void {
  const set = Object.keys(verb.options).filter(
    (option) => env[`npm_config_${option.replaceAll('-', '_')}`] !== undefined,
  );
  if (set.every((option) => npmsOwn.includes(option))) return;
  const kept = set.filter((option) => !['force', 'json', 'prefix'].includes(option));
  const options = kept.map((option) => `--${option}`).join(' and ');
  throw new UsageError([
    `npm kept ${options} for itself: put two dashes before the verb: ${commandLine(`${name} ...`)}`,
  ]);
}

/** Errors that know what a person needs show their message alone; anything else is a bug, and its stack helps to find it. */
export function tellError(command: string, error: unknown, context: World): number {
  if (context.signal.aborted) {
    context.err('interrupted\n');
    return exitCode.interrupted;
  }
  if (error instanceof CommandError || (error instanceof Error && error.name === 'EmbeddedServerError')) {
    context.err(`${command}: ${error.message}\n`);
    return exitCode.failed;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  context.err(`${command}: this should not have happened; what follows is for whoever mends it.\n${stack}\n`);
  return exitCode.failed;
}
