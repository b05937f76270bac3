import { readLoadId } from '../database/ledger-session.ts';
import { loadHere } from '../loading/load-here.ts';
import { operatorHelp, operatorVerb, reasonHelp, reasonOption } from '../operating/operator-verb.ts';
import { readCount } from '../typed/positionals.ts';
import { type Arguments, UsageError } from '../typed/usage.ts';

export const verb = operatorVerb({
  name: 'retry',
  examples: ['landfall retry 7', 'landfall retry --failed --since 1d --dataset orders'],
  form: `usage: landfall retry LOAD [--force] [--reason TEXT] [--json] [--database-url URL | --stack NAME]
       landfall retry --failed --since TIME [--dataset NAME] [--limit N] [--reason TEXT] [--json] [--database-url URL | --stack NAME]`,
  help: `Goes on with a load that failed, was cancelled or stopped without a word, from its receipts; one that was refused is
judged anew, as a load of its own. The object must still be there in that version. Of a stack it starts an execution; on this
machine it loads here, as \`landfall load\` of that object would. Refused where the load is LOADED, does not balance or runs.

  --force              compare every row of the object again, as a load of its own: also where the load is LOADED
  --failed             every load that is FAILED, after an outage: not those that were cancelled, that only --force begins anew
                       or that do not balance, which are named and retried one by one
  --since TIME         of those: which failed since 30m, 24h, 7d, 2026-11-28 or 2026-11-28T06:00:00Z
  --dataset NAME       of those: of this dataset
  --limit N            at most N in this call (100), and never more than 1000; it says how many are left
${reasonHelp}
  --json               of a stack { loadId, executionId, already, anew }, with --failed { since, dataset, started, already, left,
                       passedOver }; on this machine a report a load
${operatorHelp}`,
  options: {
    force: { type: 'boolean' },
    failed: { type: 'boolean' },
    since: { type: 'string' },
    dataset: { type: 'string' },
    limit: { type: 'string' },
    ...reasonOption,
  },
  verb: ({ flags }) => (flags.has('failed') ? 'retry-failed' : 'retry'),
  input: (typed) => (typed.flags.has('failed') ? manyOf(typed) : oneOf(typed)),
  nothing: () => null,
  here: loadHere,
});

function oneOf({ flags, values, positionals }: Arguments): object {
  const ofMany = ['since', 'dataset', 'limit'].filter((name) => values[name] !== undefined);
  if (ofMany.length > 0)
    throw new UsageError([
      `${ofMany.map((name) => `--${name}`).join(' and ')} ${ofMany.length === 1 ? 'needs' : 'need'} --failed: every load that failed since a time`,
    ]);
  return { loadId: readLoadId(positionals), force: flags.has('force') };
}

function manyOf({ flags, values, positionals }: Arguments): object {
  if (positionals.length > 0)
    throw new UsageError([`either one load or --failed, not both: "${positionals.join(' ')}"`]);
  if (flags.has('force'))
    throw new UsageError(['--force is for one load, not with --failed: landfall retry LOAD --force']);
  if (values['since'] === undefined) throw new UsageError(['--since is missing: 24h, 7d or 2026-11-28']);
  return {
    since: values['since'],
    dataset: values['dataset'] ?? null,
    most: readCount('limit', values['limit'], 1_000),
  };
}
