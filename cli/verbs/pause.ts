import { operatorHelp, operatorVerb, reasonHelp, reasonOption } from '../operating/operator-verb.ts';
import { readTarget } from '../typed/positionals.ts';
import { CommandError } from '../typed/usage.ts';

export const verb = operatorVerb({
  name: 'pause',
  form: 'usage: landfall pause TARGET [--reason TEXT] [--json] [--database-url URL | --stack NAME]',
  help: `Merges nothing more into TARGET until \`landfall resume TARGET\`: the transaction that runs ends, then its loads wait, without a
transaction or a lock. Loads that come meanwhile go on up to the merge. A pause does not count for --deadline-minutes. TARGET
is the table as \`status\` shows it; public. may be left out.

${reasonHelp}
  --json               one JSON object: { target, by, since, why, already, loaded, loadId }
${operatorHelp}`,
  options: reasonOption,
  input: ({ positionals }) => ({ target: readTarget(positionals) }),
  nothing() {
    throw new CommandError('there is no ledger in this database yet, so nothing is loaded here: nothing to pause');
  },
});
