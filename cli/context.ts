import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { join, resolve, sep } from 'node:path';
import { openProject, type Project } from '../project/open-project.ts';
import { packageFolder } from '../project/own-package.ts';
import { terminal } from './terminal.ts';
import type { Arguments, OptionSpecs } from './typed/usage.ts';

/** Everything of the world that a command touches, so that a test can be another world. */
export interface World {
  /** The config and the datasets of the folder where the person stands. */
  readonly project: Project;
  /** The .landfall folder: embedded server, landing folder, reports. */
  readonly home: string;
  /** Where the person typed the command; relative paths start here. */
  readonly typedIn: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** Results, as a program reads them: never with a colour. */
  out(text: string): void;
  /** Results, as a person reads them. Absent: as `out`. */
  readonly shown?: (text: string) => void;
  /** Progress and prose. */
  err(text: string): void;
  /** Progress in the place of what was drawn last; an empty line takes it away. */
  redraw(line: string): void;
  /** The same with several lines, each of which fits the terminal. Absent: nothing is drawn. */
  redrawLines?(lines: readonly string[]): void;
  /** Columns of the terminal that stderr is, or null where it is none. */
  readonly terminalColumns: () => number | null;
  /** Its lines; absent: as of a terminal that does not say. */
  readonly terminalRows?: () => number;
  /** What is piped into the command. Absent: nothing can be. */
  readonly stdin?: () => Readable & { readonly isTTY?: boolean };
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
}

/** What a verb has of the world, as --quiet and --verbose let it speak. */
export interface Context extends World {
  /** Results, as a person reads them; `isWell` false: also with --quiet. */
  show(text: string, isWell?: boolean): void;
  /** Every verb that there is, for the one that tells of them. */
  readonly listed?: Readonly<Record<string, ListedVerb>>;
  /** With --verbose alone: what nobody asks for while all is well. */
  verbose(text: string): void;
}

/** A verb, before its file is imported. */
export interface ListedVerb {
  /** One line, without a full stop; the only place where it is said. */
  readonly summary: string;
  readonly open: () => Promise<{ readonly verb: Verb }>;
}

/** One verb of the command, one file under cli/verbs/. */
export interface Verb {
  /** Its form, as shown with every usage error: one or two lines. */
  readonly form: string;
  /** What one types, as it stands in a shell; --help begins with them. */
  readonly examples: readonly string[];
  /** What --help adds to the form. */
  readonly help: string;
  readonly options: OptionSpecs;
  /** Understands what was typed, and does nothing of it; absent: its options say all. Throws UsageError. */
  read?(typed: Arguments, context: Context): Promise<unknown>;
  /** What a shell completes where no option stands: files where nothing is said, nothing where the list is empty. */
  readonly completes?: readonly string[];
  /** Answers the exit code. Throws UsageError and CommandError. */
  run(typed: Arguments, context: Context): Promise<number>;
}

/** Whether npm put the package into somebody's project; else this is its own repository. */
const isInstalled = packageFolder.split(sep).includes('node_modules');

/** What a person types for a verb; npm needs the two dashes to hand options on. */
export function commandLine(rest: string): string {
  return `${isInstalled ? 'npx landfall' : 'npm run landfall --'} ${rest}`;
}

/** Where a command was typed, and what lies there. npm starts every script in its own project's folder and puts the one where the person stands into INIT_CWD. */
export interface Surroundings extends Pick<Context, 'project' | 'home' | 'typedIn'> {
  readonly env: Context['env'];
}

/**
 * @param from an absolute folder; where nobody says another one, that in which the command was typed
 * @throws ProjectError
 */
export async function surroundingsOf(env: Context['env'], from?: string): Promise<Surroundings> {
  const typedIn = from ?? ((isInstalled ? null : env['INIT_CWD']) || process.cwd());
  const own = join(packageFolder, 'landfall.config.json');
  const isOwn = !isInstalled && from === undefined;
  const project = await openProject(typedIn, isOwn && existsSync(own) ? own : null);
  const otherwise = project.configFile === null && isOwn ? packageFolder : project.folder;
  return { project, home: resolve(env['LANDFALL_HOME'] || project.home || join(otherwise, '.landfall')), typedIn, env };
}

/** The real world. */
export function processWorld(surroundings: Surroundings, signal: AbortSignal): World {
  return {
    ...surroundings,
    out: terminal.out,
    shown: terminal.shown,
    err: terminal.err,
    redraw: terminal.redraw,
    redrawLines: terminal.redrawLines,
    terminalColumns: terminal.columns,
    terminalRows: terminal.rows,
    stdin: () => process.stdin,
    signal,
  };
}

/** How much of it is said. Of what a person did not ask for --quiet leaves what is wrong: the errors of a verb go another way. */
export function speaking(world: World, flags: ReadonlySet<string> = new Set()): Context {
  const isQuiet = flags.has('quiet');
  const nothing = (): void => undefined;
  const shown = world.shown ?? world.out;
  return {
    ...world,
    show: isQuiet ? (text, isWell = true) => (isWell ? undefined : shown(text)) : (text) => shown(text),
    verbose: flags.has('verbose') ? (text) => world.err(text) : nothing,
    ...(isQuiet && { err: nothing, redraw: nothing, terminalColumns: () => null }),
  };
}
