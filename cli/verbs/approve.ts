import { readLoadId } from '../database/ledger-session.ts';
import { loadHere } from '../loading/load-here.ts';
import { operatorHelp, operatorVerb, reasonHelp, reasonOption } from '../operating/operator-verb.ts';

export const verb = operatorVerb({
  name: 'approve',
  examples: ['landfall approve 7', "landfall approve 7 --reason 'the totals agree with the sender' --stack Landfall"],
  form: 'usage: landfall approve LOAD [--reason TEXT] [--json] [--database-url URL | --stack NAME]',
  help: `Says yes to a load that is HELD: it goes on from its staging, compares with the table once more and merges. Where it would do
more by now than was approved, or the table or its rules changed, it is HELD again and nothing is merged; less is fine. Of a
stack it starts an execution; on this machine it loads here. Approved once more it says so and does nothing. Refused where the
load was declined or is not held.

${reasonHelp}
  --json               of a stack { loadId, done, outcome, executionId, approvedBy, approvedAt }; on this machine the load's report,
                       where there is something to do
${operatorHelp}

Exit code on this machine: as of load, 3 where it is held again.`,
  options: reasonOption,
  input: ({ positionals }) => ({ loadId: readLoadId(positionals) }),
  nothing: () => null,
  here: loadHere,
});
