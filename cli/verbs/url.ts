import type { Verb } from '../context.ts';
import { namedDatabase, openTarget } from '../database/database.ts';
import { withoutProof } from '../typed/database-url.ts';
import { exitCode } from '../typed/exit-codes.ts';
import { noArguments } from '../typed/positionals.ts';

export const verb: Verb = {
  examples: ['landfall url'],
  form: 'usage: landfall url',
  help: `Prints the URL of the database that the other verbs work on, with its password, and nothing else: DATABASE_URL where
that is set, else the embedded server, which is started where it does not run (and made, at the first time).

  psql "$(npm run --silent landfall -- url)"

It is the only verb that shows a password, because clients need it. Whoever has it gets into that database: it belongs into no log
and no ticket. The embedded server's is good while that server runs. Afterwards its port may be another user's, who could ask
for the password: clients of PostgreSQL 16 and later give it to nobody but the server itself where ?require_auth=scram-sha-256 is added.`,
  completes: [],
  options: {},
  async run({ positionals }, context) {
    noArguments('url', positionals);
    const target = await openTarget(namedDatabase(undefined, context), context, { start: true });
    if (target === null) throw new Error('the embedded server was started and is not there');
    if (!target.embedded && target.by !== 'DATABASE_URL') context.err(`named by ${target.by}\n`);
    context.out(`${target.embedded ? withoutProof(target.url) : target.url}\n`);
    return exitCode.done;
  },
};
