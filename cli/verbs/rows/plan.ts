import type { Verb } from '../../context.ts';
import { loadEach } from '../../loading/load-each.ts';
import { allSmall, withLoadSession } from '../../loading/session.ts';
import { outputWord } from '../../output/forms.ts';
import { readLoadOptions } from '../../typed/load-options.ts';
import type { Arguments } from '../../typed/usage.ts';
import { verb as load } from '../load.ts';

const { 'dry-run': _always, ...loadOptions } = load.options;

/** A plan is a load that ends at its gate. */
function asDryRun(typed: Arguments): Arguments {
  return { ...typed, flags: new Set([...typed.flags, 'dry-run']) };
}

export const verb: Verb = {
  examples: [
    'landfall plan orders.csv --into public.orders --key id',
    'landfall plan orders.csv --dataset orders --json',
    'landfall plan prices.csv --into public.prices --key sku --max-updated-share 0.1',
  ],
  form: `usage: landfall plan FILE... --dataset NAME [options]
       landfall plan FILE... --into SCHEMA.TABLE --key COLUMN,... [options]`,
  help: `Does all that \`landfall load\` does of the files but the merge, and shows what that would do to the table: rows inserted (+),
updated (~) and deleted (-), changed cells by column, how many of them turn to NULL, and twenty of them, old and new.
The counts are those of the load that follows, where nobody else writes to the table meanwhile. Limits refuse a plan as they
refuse a load, and no plan asks for an approval. A load that is held, and one of a stack, is shown so by \`landfall explain LOAD\`.

Takes the options of \`landfall load\` (see \`landfall load --help\`), and
  --force               also a file that is loaded already
  --output WORD         table, or json (as --json)
  --json                the report of the dry run as one JSON object a file: \`counts\` and \`diff\` are the plan

Exit code: 0 the load would pass its gate, 3 it would be refused, 1 a technical failure, 64 wrong usage.`,
  options: { ...loadOptions, output: { type: 'string', values: ['table', 'json'] } },
  read: (typed, context) => readLoadOptions(asDryRun(typed), context),
  async run(typed, context) {
    const json = outputWord(typed, ['table', 'json'], 'table') === 'json';
    const { requests, database, typedSql } = await readLoadOptions(asDryRun(typed), context);
    return await withLoadSession(database, context, { small: await allSmall(requests), typedSql }, (session) =>
      loadEach(requests, session, { ...context, json, databaseUrl: typed.values['database-url'], isPlan: true }),
    );
  },
};
