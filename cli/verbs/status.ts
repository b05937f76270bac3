import { operatorHelp, operatorVerb } from '../operating/operator-verb.ts';
import { noArguments } from '../typed/positionals.ts';

export const verb = operatorVerb({
  name: 'status',
  form: 'usage: landfall status [--json] [--database-url URL | --stack NAME]',
  help: `Shows running loads, which load holds and which wait for which table, which tables are paused, and the last ten loads.
Starts nothing and changes nothing.

  --json               one JSON object: { database, loads, leases, waiting, paused }
${operatorHelp}`,
  input: ({ positionals }) => noArguments('status', positionals),
  nothing: () => ({ database: null, loads: [], leases: [], waiting: [], paused: [] }),
});
