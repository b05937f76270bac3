import type { Verb } from '../context.ts';
import { ensureLedger, namedDatabase, openTarget, requireLoadable, withDatabase } from '../database/database.ts';
import { exitCode } from '../typed/exit-codes.ts';
import { UsageError } from '../typed/usage.ts';

export const verb: Verb = {
  examples: ['landfall migrate --database-url postgres://owner@db.example.org/shop'],
  form: 'usage: landfall migrate [--database-url URL]',
  help: `Creates or upgrades the ledger: the schemas landfall and landfall_staging. Safe to run twice, and twice at once.
Every load does the same where its role may; run this with the role that owns the database where it may not.

  --database-url URL   postgres://USER:PASSWORD@HOST:5432/DATABASE; else DATABASE_URL, else the embedded server`,
  completes: [],
  options: { 'database-url': { type: 'string' } },
  async run({ values, positionals }, context) {
    if (positionals.length > 0) throw new UsageError([`migrate takes no arguments, not "${positionals.join(' ')}"`]);
    const target = await openTarget(namedDatabase(values['database-url'], context), context, { start: true });
    if (target === null) throw new Error('the embedded server was started and is not there');
    return await withDatabase(target, async (db) => {
      await requireLoadable(db, target.url, context);
      const applied = await ensureLedger(db, target, { ...context, err: () => undefined });
      context.show(applied.length === 0 ? 'the ledger is up to date\n' : `applied ${applied.join(', ')}\n`);
      return exitCode.done;
    });
  },
};
