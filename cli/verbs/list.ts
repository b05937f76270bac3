import { listedLoads } from '../operating/listed-loads.ts';
import { operatorHelp, operatorVerb } from '../operating/operator-verb.ts';
import { outputHelp } from '../output/forms.ts';
import { noArguments, readCount } from '../typed/positionals.ts';

/** As functions/protocol names them, which brings zod along. */
const outcomes = ['LOADED', 'DRY_RUN', 'HELD', 'REJECTED', 'SUPERSEDED', 'IGNORED', 'FAILED'];

export const verb = operatorVerb({
  name: 'list',
  examples: ['landfall list --dataset orders --outcome FAILED --since 7d', 'landfall list --limit 1000 --output csv'],
  form: 'usage: landfall list [--dataset NAME] [--outcome OUTCOME] [--since TIME] [--limit N] [--output WORD] [--json] [--database-url URL | --stack NAME]',
  help: `Lists loads, newest first. Changes nothing.

  --dataset NAME       only those into this dataset
  --outcome OUTCOME    only those that ended so: LOADED, REJECTED, FAILED, ...; RUNNING for those that have not ended
  --since TIME         only those that began since: 24h, 7d, 2026-11-28 or 2026-11-28T06:00:00Z
  --limit N            at most N (50), and never more than 1000
${outputHelp}
  --json               one JSON object: { loads, more }
${operatorHelp}`,
  options: {
    dataset: { type: 'string' },
    outcome: { type: 'string', values: [...outcomes, 'RUNNING'] },
    since: { type: 'string' },
    limit: { type: 'string' },
  },
  input({ values, positionals }) {
    noArguments('list', positionals);
    const { dataset, outcome, since, limit } = values;
    return { dataset, outcome: outcome?.toUpperCase(), since, most: readCount('limit', limit, 1_000) };
  },
  listed: listedLoads,
  nothing: () => ({ loads: [], more: false }),
});
