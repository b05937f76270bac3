import type { Verb } from '../context.ts';
import { readExamples } from '../examples.ts';
import { exitCode } from '../exit-codes.ts';
import { lookIntoLedger, noSuchLoad, readLoadId } from '../ledger-session.ts';
import { summary } from '../summary.ts';
import { CommandError } from '../usage.ts';

export const verb: Verb = {
  form: 'usage: landfall explain LOAD [--json] [--database-url URL]',
  help: `Says what became of one load: its outcome and why, its counts, the rules that rejected records, its reports.

  --json               the load's report as one JSON object, the same as report.json
  --database-url URL   else DATABASE_URL, else the embedded server`,
  options: { json: { type: 'boolean' }, 'database-url': { type: 'string' } },
  async run({ values, flags, positionals }, context) {
    const loadId = readLoadId(positionals);
    const explained = await lookIntoLedger(values['database-url'], context, async (db) => {
      const [{ findLoad }, { selectLoad }, { readLoadReport }] = await Promise.all([
        import('../../../functions/ledger/load.ts'),
        import('../../../functions/ledger/loads-sql.ts'),
        import('../../../functions/ledger/summary.ts'),
      ]);
      const load = await findLoad(db, selectLoad(loadId));
      if (load === null) throw noSuchLoad(loadId);
      if (load.outcome === null) {
        throw new CommandError(
          `load ${loadId} has not ended: \`landfall status\` shows whether it runs; loading its file again resumes it`,
        );
      }
      const report = await readLoadReport(db, loadId);
      if (flags.has('json')) return `${JSON.stringify(report)}\n`;
      const milliseconds = Object.values<number>(report.milliseconds).reduce((sum, step) => sum + step, 0);
      return summary(report, { folder: context.typedIn, examples: await readExamples(db, report), milliseconds });
    });
    if (explained === null) throw noSuchLoad(loadId);
    context.out(explained);
    return exitCode.done;
  },
};
