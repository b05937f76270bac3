import type { LoadReport } from '../../../functions/contract/outcomes.ts';
import type { LoadRequest } from '../../../functions/contract/states.ts';
import type { Context, Verb } from '../context.ts';
import { withDatabase } from '../database.ts';
import { readExamples } from '../examples.ts';
import { exitCode, exitCodeOf } from '../exit-codes.ts';
import { leniencies } from '../leniencies.ts';
import { loadOne, type LoadSession } from '../load-one.ts';
import { readLoadOptions } from '../load-options.ts';
import { shortName } from '../object-name.ts';
import { progressView } from '../progress.ts';
import { allSmall, withLoadSession } from '../session.ts';
import { summary } from '../summary.ts';

export const verb: Verb = {
  form: `usage: landfall load FILE... --dataset NAME [options]
       landfall load FILE... --into SCHEMA.TABLE --key COLUMN,... [options]`,
  help: `Loads files one after the other. FILE is a path or s3://bucket/key (the usual AWS credentials, AWS_ENDPOINT_URL).
The same command again resumes a load that was interrupted, and does nothing to one that is done.

  --dataset NAME        a dataset of functions/datasets; may be left out where the file's prefix tells it
  --into SCHEMA.TABLE   a table of the database; columns and rules come from its catalogue
  --key COLUMN,...      with --into: the columns whose values identify a row; they need a unique index
  --delimiter C|tab     with --into: the byte between cells; else a comma, and a tab for *.tsv
  --lenient NAME,...    with --into: let more through than the strict rules do:
${Object.entries(leniencies)
  .map(([name, what]) => `                          ${name.padEnd(18)}${what}`)
  .join('\n')}
  --conflict RULE       with --into: upsert (default), insert-only, or newer-wins=COLUMN (the larger version wins)
  --keep first|last     with --into: which record of a key that the file has several times; else the last
  --max-rejects N       with --into: more rejects refuse the load, with the table untouched
  --max-reject-share S  with --into: the same as a share of the records, 0 to 1
  --database-url URL    postgres://USER:PASSWORD@HOST:5432/DATABASE; else DATABASE_URL, else the embedded server
  --dry-run             do everything but merge: what would be inserted, updated, rejected
  --force               load again what is loaded already
  --slice-bytes N       wished size of a slice, raised until 1,000 slices suffice
  --json                one JSON object a load on stdout, everything else on stderr

Exit code: 0 done, 3 the data was refused or is held, 1 a technical failure, 64 wrong usage; of several files 1 before 3.`,
  options: {
    dataset: { type: 'string' },
    into: { type: 'string' },
    key: { type: 'string' },
    delimiter: { type: 'string' },
    lenient: { type: 'string' },
    conflict: { type: 'string' },
    keep: { type: 'string' },
    'max-rejects': { type: 'string' },
    'max-reject-share': { type: 'string' },
    'database-url': { type: 'string' },
    'dry-run': { type: 'boolean' },
    force: { type: 'boolean' },
    'slice-bytes': { type: 'string' },
    json: { type: 'boolean' },
  },
  async run(typed, context) {
    const { requests, database, json } = await readLoadOptions(typed, context);
    return await withLoadSession(database, context, { small: await allSmall(requests) }, async (session) => {
      const outcomes: LoadReport['outcome'][] = [];
      for (const request of requests) {
        const report = await loadAndTell(request, session, { ...context, json });
        outcomes.push(report.outcome);
        if (context.signal.aborted) return interrupted(report, context);
      }
      return exitCodeOf(outcomes);
    });
  },
};

async function loadAndTell(
  request: LoadRequest,
  session: LoadSession,
  context: Context & { json: boolean },
): Promise<LoadReport> {
  const startedAt = performance.now();
  const report = await loadOne(request, session, progressView(shortName(request, context.typedIn), context));
  const milliseconds = performance.now() - startedAt;
  if (context.json) {
    context.out(`${JSON.stringify(report)}\n`);
    return report;
  }
  const examples =
    report.rejectsByCode.length === 0 ? [] : await withDatabase(session.target, (db) => readExamples(db, report));
  context.out(summary(report, { folder: context.typedIn, examples, milliseconds }));
  return report;
}

function interrupted({ outcome }: LoadReport, context: Context): number {
  context.err(
    outcome === 'FAILED'
      ? 'interrupted; the same command goes on where this one stopped\n'
      : 'interrupted after this file\n',
  );
  return exitCode.interrupted;
}
