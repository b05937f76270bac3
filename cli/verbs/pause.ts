import { operatorHelp, operatorVerb, reasonHelp, reasonOption } from '../operating/operator-verb.ts';
import { readTarget } from '../typed/positionals.ts';
import { CommandError } from '../typed/usage.ts';

export const verb = operatorVerb({
  name: 'pause',
  examples: ["landfall pause public.orders --reason 'the sale begins'"],
  form: 'usage: landfall pause TARGET [--reason TEXT] [--json] [--database-url URL | --stack NAME]',
  help: `Stages and merges nothing more into TARGET until \`landfall resume TARGET\`: the slices and the transaction that run end, then its
loads wait, without a transaction or a lock. A pause does not count for --deadline-minutes; a load that is not staged yet
waits for four hours, then it fails and goes on when it is loaded again. TARGET is the table as \`status\` shows it; public. may
be left out.

${reasonHelp}
  --json               one JSON object: { target, by, since, why, already, loaded, loadId }
${operatorHelp}`,
  options: reasonOption,
  input: ({ positionals }) => ({ target: readTarget(positionals) }),
  nothing() {
    throw new CommandError('there is no ledger in this database yet, so nothing is loaded here: nothing to pause');
  },
});
