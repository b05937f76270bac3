import { afterAll, beforeAll, expect, it } from 'vitest';
import { readFile } from 'node:fs/promises';
import { findServer, startServer, stopServer } from '../../localstack/embedded/server/server.ts';
import { runCommand } from '../../cli/run.ts';
import { verbs } from '../../cli/verbs.ts';
import { exitCode } from '../../cli/typed/exit-codes.ts';
import { typedVerbs } from '../support/typed-verbs.ts';
import { standIn } from '../unit/cli/terminal.ts';

// The embedded server is there and says nothing (kill -STOP): every verb that needs it tells so, and stop ends it.

const typed = typedVerbs({ file: import.meta.filename, table: 'public.t' });

const world = standIn();
const { home } = world.context;
let pid: number;
beforeAll(async () => {
  const { dataDirectory } = await startServer({ home });
  pid = Number((await readFile(`${dataDirectory}/postmaster.pid`, 'utf8')).split('\n')[0]);
  process.kill(pid, 'SIGSTOP');
});
afterAll(() => stopServer({ home }));

it('every verb says within 15 s that the server is frozen, and how it goes on', async () => {
  const asking = Object.keys(verbs).filter((verb) => !['stop', 'completion', 'check'].includes(verb));
  await Promise.all(
    asking.map(async (verb) => {
      let said = '';
      const say = (text: string): void => void (said += text);
      const startedAt = performance.now();
      const code = await runCommand([verb, ...(typed[verb] ?? [])], { ...world.context, out: say, err: say });
      expect(performance.now() - startedAt, verb).toBeLessThan(15_000);
      expect(said, verb).toContain(`\`kill -CONT ${pid}\` lets it go on`);
      expect(code, verb).toBe(exitCode.failed);
    }),
  );
}, 60_000);

it('stop ends it all the same', async () => {
  expect(await runCommand(['stop'], world.context)).toBe(exitCode.done);
  expect(await findServer({ home })).toBeNull();
}, 60_000);
