import { operatorHelp, operatorVerb, reasonHelp, reasonOption } from '../operating/operator-verb.ts';
import { UsageError } from '../typed/usage.ts';

export const verb = operatorVerb({
  name: 'release',
  examples: ['landfall release public.orders'],
  form: 'usage: landfall release TARGET|LOAD [--force --reason TEXT] [--json] [--database-url URL | --stack NAME]',
  help: `Gives a table back whose load is gone, so that the next load need not wait until the lease is over. TARGET is the table
as \`status\` shows it, LOAD the number of a load. A load that runs keeps its table.

  --force              also where the load runs: it fails with LeaseLost and writes nothing more. Needs --reason
${reasonHelp}
  --json               one JSON object: { target, loadId, released, forced }
${operatorHelp}`,
  options: { force: { type: 'boolean' }, ...reasonOption },
  input({ flags, positionals }) {
    const [named, ...more] = positionals;
    if (named === undefined || more.length > 0)
      throw new UsageError(['say which table, or which load: `landfall status` shows who holds what']);
    const force = flags.has('force');
    return /^\d+$/.test(named) ? { loadId: Number(named), force } : { target: named, force };
  },
  nothing: (input) => ({ target: null, loadId: null, ...input, released: false, forced: false }),
});
