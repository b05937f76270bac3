import { documentLine } from '../output/documents.ts';
import { printable } from '../../functions/core/printable.ts';
import { shownDatabaseUrl } from '../../functions/core/redact.ts';
import { type Check, failed, noted, passed, showChecks } from '../../functions/operate/checks/checks.ts';
import type { Context, Verb } from '../context.ts';
import { namedDatabase, openTarget, type Target, withDatabase } from '../database/database.ts';
import { listedText, outputForm, outputHelp, outputOption } from '../output/forms.ts';
import { withoutProof } from '../typed/database-url.ts';
import { exitCode } from '../typed/exit-codes.ts';
import { operatorHelp, operatorOptions } from '../operating/operator-verb.ts';
import { askHere } from '../operating/operator.ts';
import { CommandError, HeldUp, UsageError } from '../typed/usage.ts';

export const verb: Verb = {
  form: 'usage: landfall doctor [SCHEMA.TABLE ...] [--output WORD] [--json] [--database-url URL | --stack NAME]',
  help: `Checks a set-up from the outside and says what to do about each failure: connection, TLS, the server's version and
settings, the role's rights on the ledger, on the tables of the declared datasets (and those named here) and on the parents of
their foreign keys, the ledger's version. Of a stack also: outputs, functions, the bucket's events, dead letters. Changes nothing.

${outputHelp}
  --json               one JSON object: { checks: [{ check, state, said, fix }] }; state is ok, failed or note
${operatorHelp}

Exit code: 0 all is well, 1 a check failed.`,
  examples: ['landfall doctor', 'landfall doctor public.orders --database-url postgres://loader@db.example.org/shop'],
  completes: [],
  options: { ...outputOption, ...operatorOptions },
  async run({ values, flags, positionals }, context) {
    const { stack, 'database-url': databaseUrl } = values;
    const form = outputForm({ values, flags });
    if (stack !== undefined && databaseUrl !== undefined)
      throw new UsageError(['--stack and --database-url exclude each other: a stack knows its database']);
    const input = { targets: [...positionals] };
    const checks = stack === undefined ? await checkHere(databaseUrl, input, context) : await checkThere(stack, input);
    const isWell = !checks.some(({ state }) => state === 'failed');
    if (form === 'table') context.show(showChecks(checks), isWell);
    else context.out(listedText(form, { columns, rows: checks }, () => documentLine({ checks })));
    return isWell ? exitCode.done : exitCode.failed;
  },
};

const columns = ['check', 'state', 'said', 'fix'];

/** Where several things name a database, this is the one that counts. */
function namedBy({ by, url }: Target): Check {
  return passed('named by', `${by}: ${shownDatabaseUrl(withoutProof(url))}`);
}

type Input = { readonly targets: readonly string[] };

async function checkHere(databaseUrl: string | undefined, input: Input, context: Context): Promise<readonly Check[]> {
  const target = await openTarget(namedDatabase(databaseUrl, context), context, { start: false });
  if (target === null)
    return [
      noted('connection', `no embedded server is running in ${printable(context.home)}: the first load starts it`),
    ];
  try {
    return await withDatabase(target, async (db) => {
      const answer = await askHere({ verb: 'doctor', input, why: null }, { db, target }, context);
      return [namedBy(target), ...(answer as { checks: readonly Check[] }).checks];
    });
  } catch (error) {
    if (error instanceof HeldUp)
      return [namedBy(target), failed('answers', 'the database keeps doctor waiting', error.message)];
    if (!(error instanceof CommandError)) throw error;
    return [namedBy(target), failed('connection', 'the database cannot be reached', error.message)];
  }
}

async function checkThere(stack: string, input: Input): Promise<readonly Check[]> {
  const { checkStack } = await import('../operating/check-stack.ts');
  return await checkStack(stack, input);
}
