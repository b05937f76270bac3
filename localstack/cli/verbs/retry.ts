import { readLoadId } from '../ledger-session.ts';
import { loadHere } from '../load-here.ts';
import { operatorHelp, operatorVerb, reasonHelp, reasonOption } from '../operator-verb.ts';

export const verb = operatorVerb({
  name: 'retry',
  form: 'usage: landfall retry LOAD [--force] [--reason TEXT] [--json] [--database-url URL | --stack NAME]',
  help: `Goes on with a load that failed, was cancelled or stopped without a word, from its receipts; one that was refused is
judged anew, as a load of its own. The object must still be there in that version. Of a stack it starts an execution; on this
machine it loads here, as \`landfall load\` of that object would. Refused where the load is LOADED, does not balance or runs.

  --force              compare every row of the object again, as a load of its own: also where the load is LOADED
${reasonHelp}
  --json               of a stack { loadId, executionId, already, anew }; on this machine the load's report
${operatorHelp}`,
  options: { force: { type: 'boolean' }, ...reasonOption },
  input: ({ flags, positionals }) => ({ loadId: readLoadId(positionals), force: flags.has('force') }),
  nothing: () => null,
  here: loadHere,
});
