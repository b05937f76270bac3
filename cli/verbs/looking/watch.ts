import { setTimeout as sleep } from 'node:timers/promises';
import type { Status } from '../../../functions/operate/verbs/status.ts';
import { oneLine } from '../../../functions/words/quantities.ts';
import type { Context, Verb } from '../../context.ts';
import { operatorHelp, operatorOptions } from '../../operating/operator-verb.ts';
import { documentLine } from '../../output/documents.ts';
import { commandAt } from '../../typed/command-at.ts';
import { exitCode } from '../../typed/exit-codes.ts';
import { noArguments } from '../../typed/positionals.ts';
import { CommandError, UsageError } from '../../typed/usage.ts';
import { looks } from '../../watching/look.ts';
import { type Now, watcher } from '../../watching/now.ts';
import { newLines, screenLines } from '../../watching/screen.ts';

/** Between two looks: each takes some milliseconds of the database, and of a stack a call of its function. */
const pause = { here: 1_000, stack: 3_000 };

export const verb: Verb = {
  examples: ['landfall watch', 'landfall watch --stack Landfall', "landfall watch --json | jq '.running'"],
  form: 'usage: landfall watch [--json] [--database-url URL | --stack NAME]',
  help: `Shows what status shows, again as it changes: loads that run, with their step, bytes or rows, rate and time left, and what they
wait for; tables waited for, each with its loads in their order; loads that wait for a yes; the last loads. On a terminal it is
drawn in its place, elsewhere a line is written when something begins, waits or ends. Changes nothing, and goes on where the database is away. Ctrl-C ends it,
with exit code 0.

  --json               what status --json prints, one object a line, whenever something of it is new
${operatorHelp}`,
  completes: [],
  options: operatorOptions,
  async run({ values, flags, positionals }, context) {
    noArguments('watch', positionals);
    const { stack, 'database-url': databaseUrl } = values;
    if (stack !== undefined && databaseUrl !== undefined)
      throw new UsageError(['--stack and --database-url exclude each other: a stack knows its database']);
    const look = await looks({ databaseUrl, stack }, context);
    const show = flags.has('json') ? shownAsJson(context) : shownTo(context, commandAt({ databaseUrl, stack }));
    // who typed a wrong name is told at once
    show(await look());
    while (!context.signal.aborted) {
      await sleep(stack === undefined ? pause.here : pause.stack, undefined, { signal: context.signal }).catch(
        () => undefined,
      );
      if (context.signal.aborted) break;
      try {
        show(await look());
      } catch (error) {
        if (context.signal.aborted) break;
        if (!(error instanceof CommandError)) throw error;
        show(error);
      }
    }
    return exitCode.done;
  },
};

type Show = (seen: Status | CommandError) => void;

/** Seconds of a wait go on by themselves: they are no news. */
function shownAsJson({ out, err }: Context): Show {
  let [last, trouble] = ['', ''];
  return (seen) => {
    if (seen instanceof CommandError) {
      if (seen.message !== trouble) err(`${seen.message}\n`);
      trouble = seen.message;
      return;
    }
    trouble = '';
    const text = JSON.stringify(seen, (name, value: unknown) => (name === 'seconds' ? undefined : value));
    if (text !== last) out(documentLine(seen));
    last = text;
  };
}

function shownTo(context: Context, command: (rest: string) => string): Show {
  const see = watcher(context.typedIn);
  let before: Now | null = null;
  let trouble = '';
  return (seen) => {
    const wide = context.terminalColumns();
    const drawn = wide !== null && context.redrawLines !== undefined;
    const time = new Date().toTimeString().slice(0, 8);
    if (seen instanceof CommandError) {
      const line = oneLine(seen.message, 300);
      if (drawn) context.redrawLines?.([`${time}  ${line}`.slice(0, wide - 1)]);
      else if (line !== trouble) context.err(`${time} ${line}\n`);
      trouble = line;
      return;
    }
    trouble = '';
    const now = see(seen);
    if (drawn) {
      context.redrawLines?.(screenLines(now, { columns: wide, rows: context.terminalRows?.() ?? 24, command, time }));
    } else {
      if (before === null) context.show(`${time} watching ${now.database ?? 'nothing yet: no ledger, or no server'}\n`);
      for (const line of newLines(before, now)) context.show(`${time} ${line}\n`);
    }
    before = now;
  };
}
