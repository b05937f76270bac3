import { noSuchLoad, readLoadId } from '../database/ledger-session.ts';
import { operatorHelp, operatorVerb } from '../operating/operator-verb.ts';
import { readCount } from '../typed/positionals.ts';

interface Answer {
  readonly rejects: readonly object[];
}

export const verb = operatorVerb({
  name: 'rejects',
  form: 'usage: landfall rejects LOAD [--code CODE] [--duplicates] [--limit N] [--json] [--database-url URL | --stack NAME]',
  help: `Shows the records that a load refused: line, every reason, and the record as it stands in the file.

  --code CODE          only those that broke this rule
  --duplicates         the losers of duplicate keys instead
  --limit N            at most N records (20); of a stack also at most 1.5 MB of them
  --json               one JSON object a record; raw is the record's text, rawBase64 stands for it where it is no UTF-8
${operatorHelp}`,
  options: { code: { type: 'string' }, duplicates: { type: 'boolean' }, limit: { type: 'string' } },
  input: ({ values, flags, positionals }) => ({
    loadId: readLoadId(positionals),
    kind: flags.has('duplicates') ? 'duplicate' : 'reject',
    code: values['code'],
    most: readCount('limit', values['limit']),
  }),
  nothing(input) {
    throw noSuchLoad((input as { loadId: number }).loadId);
  },
  json: (answer) => (answer as Answer).rejects.map((reject) => `${JSON.stringify(reject)}\n`).join(''),
  none: (answer) => (answer as Answer).rejects.length === 0,
});
