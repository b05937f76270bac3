import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { terminal } from './terminal.ts';
import type { Arguments, OptionSpecs } from './typed/usage.ts';

/** Everything of the world that a command touches, so that a test can be another world. */
export interface Context {
  /** The .landfall folder: embedded server, landing folder, reports. */
  readonly home: string;
  /** Where the person typed the command; relative paths start here. */
  readonly typedIn: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** Results. */
  out(text: string): void;
  /** Progress and prose. */
  err(text: string): void;
  /** Progress in the place of what was drawn last; an empty line takes it away. */
  redraw(line: string): void;
  /** Columns of the terminal that stderr is, or null where it is none. */
  readonly terminalColumns: () => number | null;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
}

/** One verb of the command, one file under cli/verbs/. */
export interface Verb {
  /** Its form, as shown with every usage error: one or two lines. */
  readonly form: string;
  /** What --help adds to the form. */
  readonly help: string;
  readonly options: OptionSpecs;
  /** Answers the exit code. Throws UsageError and CommandError. */
  run(typed: Arguments, context: Context): Promise<number>;
}

/** The project's folder: where package.json is. */
export const projectFolder = dirname(dirname(fileURLToPath(import.meta.url)));

/** What a person types for a verb; npm needs the two dashes to hand options on. */
export function commandLine(rest: string): string {
  return `npm run landfall -- ${rest}`;
}

/** The .landfall folder: in the project, or where LANDFALL_HOME says. */
export function landfallFolder(env: Context['env']): string {
  return resolve(env['LANDFALL_HOME'] || join(projectFolder, '.landfall'));
}

/** The real world. npm starts every script in the project's folder and puts the one where the person stands into INIT_CWD. */
export function processContext(signal: AbortSignal): Context {
  const { env } = process;
  return {
    home: landfallFolder(env),
    typedIn: env['INIT_CWD'] || process.cwd(),
    env,
    out: terminal.out,
    err: terminal.err,
    redraw: terminal.redraw,
    terminalColumns: terminal.columns,
    signal,
  };
}
