import { operatorHelp, operatorVerb, reasonHelp, reasonOption } from '../operating/operator-verb.ts';
import { readTarget } from '../typed/positionals.ts';
import { CommandError } from '../typed/usage.ts';

export const verb = operatorVerb({
  name: 'resume',
  examples: ['landfall resume public.orders'],
  form: 'usage: landfall resume TARGET [--reason TEXT] [--json] [--database-url URL | --stack NAME]',
  help: `Lets loads merge again into TARGET, which \`landfall pause TARGET\` stopped. They look again within 10 minutes, sooner after
a short pause. \`status\` shows what is paused.

${reasonHelp}
  --json               one JSON object: { target, was: { by, since, why } | null, loadId }
${operatorHelp}`,
  options: reasonOption,
  input: ({ positionals }) => ({ target: readTarget(positionals) }),
  nothing() {
    throw new CommandError('there is no ledger in this database yet, so nothing is loaded here: nothing to resume');
  },
});
