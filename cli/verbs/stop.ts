import type { Verb } from '../context.ts';
import { exitCode } from '../typed/exit-codes.ts';
import { UsageError } from '../typed/usage.ts';

export const verb: Verb = {
  examples: ['landfall stop'],
  form: 'usage: landfall stop',
  help: `Stops the embedded PostgreSQL of this folder, cleanly. Its data stays in place; the next command starts it again.
Servers named by --database-url are never stopped.`,
  completes: [],
  options: {},
  async run({ positionals }, { home, show, signal }) {
    if (positionals.length > 0) throw new UsageError([`stop takes no arguments, not "${positionals.join(' ')}"`]);
    const { stopServer } = await import('../../localstack/embedded/server/server.ts');
    show(
      (await stopServer({ home, signal })) ? 'the embedded server is stopped\n' : 'no embedded server was running\n',
    );
    return exitCode.done;
  },
};
