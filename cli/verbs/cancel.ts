import { noSuchLoad, readLoadId } from '../database/ledger-session.ts';
import { operatorHelp, operatorVerb, reasonHelp, reasonOption } from '../operating/operator-verb.ts';

export const verb = operatorVerb({
  name: 'cancel',
  examples: ["landfall cancel 7 --reason 'the wrong file'"],
  form: 'usage: landfall cancel LOAD [--reason TEXT] [--json] [--database-url URL | --stack NAME]',
  help: `Ends a load that runs; what it merged stays, and \`retry\` goes on from there. Of a stack it stops the execution. On this
machine a load runs in the command that began it: then it says which process to press Ctrl-C in; and where that
process is gone, it writes into the ledger that the load failed.

${reasonHelp}
  --json               one JSON object: { loadId, done, outcome }
${operatorHelp}`,
  options: reasonOption,
  input: ({ positionals }) => ({ loadId: readLoadId(positionals) }),
  nothing(input) {
    throw noSuchLoad((input as { loadId: number }).loadId);
  },
});
