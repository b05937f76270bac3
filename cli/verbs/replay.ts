import { loadHere } from '../loading/load-here.ts';
import { readLoadId } from '../database/ledger-session.ts';
import { operatorHelp, operatorVerb, reasonHelp, reasonOption } from '../operating/operator-verb.ts';

export const verb = operatorVerb({
  name: 'replay',
  form: `usage: landfall replay LOAD [--code CODE]... [--reason TEXT] [--json] [--database-url URL | --stack NAME]`,
  help: `Judges the open rejects of a load again, under the dataset and the table of today, and merges those that pass: a parent
has arrived, or a rule was relaxed. It takes the bytes that the quarantine keeps. What is replayed is as old as its load: a row
that was written since stays. A record that passed closes its reject, so the same command again does nothing; one that
is rejected again stays open, with the reasons of today.

  --code CODE          only rejects that broke this rule; again for more
${reasonHelp}
  --json               of a stack { loadId, records, executionId }; on this machine the report of the replay
${operatorHelp}`,
  options: { code: { type: 'string', multiple: true }, ...reasonOption },
  input: (typed) => ({ loadId: readLoadId(typed.positionals), codes: typed.lists['code'] ?? [] }),
  nothing: () => null,
  here: loadHere,
});
