import { loadHere } from '../loading/load-here.ts';
import { operatorHelp, operatorVerb, reasonHelp, reasonOption } from '../operating/operator-verb.ts';
import { readCount } from '../typed/positionals.ts';
import { UsageError } from '../typed/usage.ts';

export const verb = operatorVerb({
  name: 'backfill',
  examples: ['landfall backfill orders/ --since 2d'],
  form: 'usage: landfall backfill PREFIX --since TIME [--after KEY] [--limit N] [--follow-links] [--reason TEXT] [--json] [--database-url URL | --stack NAME]',
  help: `Loads what lies in the landing bucket under PREFIX and no load knows: uploads whose event was lost, or from before the
bucket was watched. On this machine that is the landing folder (.landfall/landing). The same again goes on where it ended.

  --since TIME         only objects changed since: 24h, 7d, 2026-11-28 or 2026-11-28T06:00:00Z
  --after KEY          only keys behind this one: where an earlier call ran out of time, and said so
  --limit N            at most N in this call (100), and never more than 1000; it says how many are left
  --follow-links       of the landing folder also what links lead to, and files that have other names too
${reasonHelp}
  --json               of a stack { prefix, since, started, left, unclaimed, goesOnAfter }; on this machine a report a load
${operatorHelp}`,
  options: {
    since: { type: 'string' },
    after: { type: 'string' },
    limit: { type: 'string' },
    'follow-links': { type: 'boolean' },
    ...reasonOption,
  },
  input({ values, flags, positionals }) {
    const [prefix, ...more] = positionals;
    if (prefix === undefined || more.length > 0)
      throw new UsageError(["say what the keys begin with, such as orders/ (all of them: '')"]);
    if (values['since'] === undefined) throw new UsageError(['--since is missing: 24h, 7d or 2026-11-28']);
    if (values['stack'] !== undefined && flags.has('follow-links'))
      throw new UsageError([
        '--follow-links is about the landing folder of this machine; a bucket of a stack has no links',
      ]);
    return {
      prefix,
      since: values['since'],
      after: values['after'] ?? null,
      most: readCount('limit', values['limit'], 1_000),
    };
  },
  nothing: () => null,
  here: loadHere,
});
