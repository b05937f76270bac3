import { listedLoads } from '../operating/listed-loads.ts';
import { nothingYet } from '../operating/nothing-yet.ts';
import { operatorHelp, operatorVerb } from '../operating/operator-verb.ts';
import { outputHelp } from '../output/forms.ts';
import { noArguments } from '../typed/positionals.ts';

export const verb = operatorVerb({
  name: 'status',
  examples: ['landfall status', 'landfall status --stack Landfall'],
  form: 'usage: landfall status [--output WORD] [--json] [--database-url URL | --stack NAME]',
  help: `Shows running loads, how fast they merge or what they wait for, which load holds and which wait for which table, which
tables are paused, which indexes are missing, and the last ten loads. Starts nothing and changes nothing.

${outputHelp}
  --json               one JSON object: { database, loads, leases, waiting, paused, missingIndexes, merging, running }
${operatorHelp}`,
  input: ({ positionals }) => noArguments('status', positionals),
  listed: listedLoads,
  nothing: () => nothingYet,
});
