import { noSuchLoad, readLoadId } from '../../database/ledger-session.ts';
import { undoHere } from '../../loading/undo-here.ts';
import { operatorHelp, operatorVerb, reasonHelp, reasonOption } from '../../operating/operator-verb.ts';
import { outputHelp } from '../../output/forms.ts';
import { readCount } from '../../typed/positionals.ts';
import { type Arguments, UsageError } from '../../typed/usage.ts';

interface Answer {
  readonly rows?: readonly Readonly<Record<string, unknown>>[];
}

export const verb = operatorVerb({
  name: 'undo',
  examples: [
    'landfall undo 7 --dry-run',
    "landfall undo 7 --reason 'it was the file of last year'",
    'landfall undo 7 --kept --output csv',
  ],
  form: 'usage: landfall undo LOAD [--dry-run | --kept] [--limit N] [--reason TEXT] [--output WORD] [--json] [--database-url URL | --stack NAME]',
  help: `Takes a load back that was loaded with --undo, or into a dataset with \`undo: true\`: rows that it inserted go, rows that it updated
have their values from before again, rows that it deleted come back. A row that others wrote or deleted since, or that rows
refer to which it did not bring, stays as it is and is listed. Of a stack it starts an execution; on this machine it is done here. Where it
broke off, the same command goes on. An undone load may be loaded again, without --force.

  --dry-run            say what it would do, and change nothing
  --kept               what became of an undo, and the rows that stay as they are
  --limit N            with --kept, at most N rows (20)
${reasonHelp}
${outputHelp}; of the rows that stay
  --json               one JSON object: { loadId, restored, removed, returned, untouched, kept, keptBy, ... }
${operatorHelp}

Exit code: 0 where it is undone, rows that stay or not; 1 where it is refused, or broke off.`,
  options: {
    'dry-run': { type: 'boolean' },
    kept: { type: 'boolean' },
    limit: { type: 'string' },
    ...reasonOption,
  },
  verb: wishOf,
  input(typed) {
    const loadId = readLoadId(typed.positionals);
    if (wishOf(typed) === 'undone') return { loadId, most: readCount('limit', typed.values['limit']) };
    if (typed.values['limit'] !== undefined) throw new UsageError(['--limit goes with --kept']);
    return { loadId };
  },
  nothing(input) {
    throw noSuchLoad((input as { loadId: number }).loadId);
  },
  listed: (answer) => ({ columns: ['why', 'key', 'sqlState', 'message'], rows: (answer as Answer).rows ?? [] }),
  here: (question, typed, context, tell) =>
    question.verb === 'undo'
      ? undoHere({ ...question, input: question.input as { loadId: number } }, typed, context, tell)
      : null,
});

function wishOf({ flags }: Arguments): string {
  if (flags.has('dry-run') && flags.has('kept'))
    throw new UsageError(['--dry-run says what an undo would do, --kept what one did: give one of them']);
  if (flags.has('kept')) return 'undone';
  return flags.has('dry-run') ? 'undo-plan' : 'undo';
}
