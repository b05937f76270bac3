import { loadHere } from '../loading/load-here.ts';
import { noSuchLoad, readLoadId } from '../database/ledger-session.ts';
import { operatorHelp, operatorVerb, reasonHelp, reasonOption } from '../operating/operator-verb.ts';
import { UsageError } from '../typed/usage.ts';

export const verb = operatorVerb({
  name: 'decline',
  examples: ["landfall decline 7 --reason 'half of the file is missing'"],
  form: 'usage: landfall decline LOAD --reason TEXT [--json] [--database-url URL | --stack NAME]',
  help: `Says no to a load that is HELD: it ends REJECTED (DECLINED), its table as it was. Refused where the load is not held;
declined once more it says so and does nothing.

${reasonHelp}, and in the load's report
  --json               one JSON object: { loadId, done, outcome, code, message }
${operatorHelp}`,
  options: reasonOption,
  input({ values, positionals }) {
    const loadId = readLoadId(positionals);
    if (values['reason'] === undefined)
      throw new UsageError(['--reason TEXT is missing: who sent the file has to know']);
    return { loadId };
  },
  here: loadHere,
  nothing(input) {
    throw noSuchLoad((input as { loadId: number }).loadId);
  },
});
