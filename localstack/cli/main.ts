import { enableCompileCache } from 'node:module';

// before anything else is imported: compiled modules come from the cache, which halves the start
enableCompileCache();
const [{ processContext }, { runCommand }, { onInterrupt }] = await Promise.all([
  import('./context.ts'),
  import('./run.ts'),
  import('./interrupt.ts'),
]);

const code = await runCommand(process.argv.slice(2), processContext(onInterrupt()));
// what is left (a timer, a closing socket) must not keep the person waiting; what was written must get out first
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
