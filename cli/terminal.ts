import { printableLines } from '../functions/core/printable.ts';
import { redact, secretsOf } from '../functions/core/redact.ts';
import { hasColours, painted } from './output/colour.ts';
import { ProjectError } from '../project/problems.ts';

/** The only writer of this process to stdout and stderr: what it lets through are printable lines, and its own redrawing. */
export const terminal = {
  out(text: string): void {
    process.stdout.write(printableLines(text));
  },
  /** For a person. */
  shown(text: string): void {
    const lines = printableLines(text);
    process.stdout.write(hasColours(process.stdout, process.env) ? painted(lines) : lines);
  },
  err(text: string): void {
    const lines = printableLines(text);
    process.stderr.write(hasColours(process.stderr, process.env) ? painted(lines) : lines);
  },
  /** Puts this line in the place of the one that was drawn last; an empty one takes it away. */
  redraw(line: string): void {
    process.stderr.write(`\r${printableLines(line).replaceAll('\n', ' ')}\u001b[K`);
  },
  /** The same with several lines, each of which fits the terminal; none take them away. */
  redrawLines: linesRedrawn(),
  /** Columns of the terminal that stderr is, or null where it is none, or one that only keeps a log: there nothing is drawn twice. */
  columns(): number | null {
    const isLog = process.env['TERM'] === 'dumb' || Boolean(process.env['CI']);
    return process.stderr.isTTY && !isLog ? process.stderr.columns || 80 : null;
  },
  /** Its lines. */
  rows(): number {
    return process.stderr.rows || 24;
  },
  /** Ends the process once everything is written: a timer or a closing socket that is left must not keep the person waiting. */
  end(code?: number | string | null): void {
    process.stdout.write('', () => process.stderr.write('', () => process.exit(code ?? process.exitCode)));
  },
} as const;

function linesRedrawn(): (lines: readonly string[]) => void {
  let drawn = 0;
  return (lines) => {
    const text = lines.map((line) => `${printableLines(line).replaceAll('\n', ' ')}\n`).join('');
    const up = drawn === 0 ? '' : `\u001b[${drawn}A`;
    drawn = lines.length;
    process.stderr.write(`${up}\r\u001b[J${hasColours(process.stderr, process.env) ? painted(text) : text}`);
  };
}

/** A project that cannot be opened ends the command, in its own words; what else is thrown is thrown on. */
export function tellProject(command: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof ProjectError)) throw error;
    terminal.err(`${command}: ${error.message}\n`);
    process.exit(1);
  };
}

/** What nobody caught, and warnings of Node, are told as everything else is, instead of by Node, which prints them raw. */
export function tellUncaught(command: string): void {
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message }) => {
    // of a library, for whoever maintains this: `node --throw-deprecation` shows where
    if (name !== 'DeprecationWarning') terminal.err(`${name}: ${message}\n`);
  });
  process.on('uncaughtException', (error: unknown) => {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const words = redact(stack, secretsOf(process.env, process.argv));
    terminal.err(`${command}: this should not have happened; what follows is for whoever mends it.\n${words}\n`);
    process.exit(1);
  });
}
