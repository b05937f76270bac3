import { noSuchLoad, readLoadId } from '../database/ledger-session.ts';
import { operatorHelp, operatorVerb } from '../operating/operator-verb.ts';

export const verb = operatorVerb({
  name: 'explain',
  examples: ['landfall explain 7', 'landfall explain 7 --json --stack Landfall'],
  form: 'usage: landfall explain LOAD [--json] [--database-url URL | --stack NAME]',
  help: `Says what became of one load, step by step: its outcome and why, its counts, the rules that rejected records, its
reports, its attempts, what operators did with it, and the command to type next. Also of one that runs or failed.

  --json               one JSON object: what report.json has, and beside it attempt, step, examples, operations, ...
${operatorHelp}`,
  input: ({ positionals }) => ({ loadId: readLoadId(positionals) }),
  nothing(input) {
    throw noSuchLoad((input as { loadId: number }).loadId);
  },
});
