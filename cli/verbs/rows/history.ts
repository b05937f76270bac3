import { operatorHelp, operatorVerb } from '../../operating/operator-verb.ts';
import { outputHelp } from '../../output/forms.ts';
import { readCount, readTarget } from '../../typed/positionals.ts';
import { CommandError, UsageError } from '../../typed/usage.ts';

interface Answer {
  readonly entries: readonly Readonly<Record<string, unknown>>[];
}

export const verb = operatorVerb({
  name: 'history',
  examples: [
    'landfall history public.prices --key A7',
    "landfall history public.stock --key 'berlin,A7' --columns shop,sku --output json",
  ],
  form: 'usage: landfall history TARGET --key VALUE[,VALUE...] [--columns NAME[,NAME...]] [--limit N] [--output WORD] [--json] [--database-url URL | --stack NAME]',
  help: `Says which loads, objects and lines made a row of TARGET, and how each of it is known: by columns of the row that say where it came
from (\`columns.lineage\`), by the journal of loads that can be undone, with what the row was before, by records of the
quarantine, by what an undo left. The ledger keeps no keys, so other loads that wrote rows are named as those that may have written it.
Changes nothing.

  --key VALUE[,VALUE...]
                       the row's key, in the order of its columns; a value with a comma stands in double quotes
  --columns NAME[,NAME...]
                       which columns the values are of, where it is not the key of the table's loads and datasets
  --limit N            look at the newest N loads of the table (50), and never more than 1000
${outputHelp}; of loads
  --json               one JSON object: { target, key, rows, entries, notes, more }
${operatorHelp}`,
  options: {
    key: { type: 'string' },
    columns: { type: 'string' },
    limit: { type: 'string' },
  },
  input({ positionals, values }) {
    const target = readTarget(positionals);
    const { key, columns, limit } = values;
    if (key === undefined)
      throw new UsageError(['--key says which row: the values of its key between commas, such as --key 7']);
    return { target, key, columns, most: readCount('limit', limit, 1_000) };
  },
  listed: (answer) => ({
    columns: [
      'loadId',
      'dataset',
      'outcome',
      'at',
      'did',
      'known',
      'object',
      'line',
      'recordNo',
      'why',
      'before',
      'read',
    ],
    rows: (answer as Answer).entries,
  }),
  nothing() {
    throw new CommandError(
      'there is no ledger in this database yet, so no load has made a row here: landfall load makes it',
    );
  },
});
