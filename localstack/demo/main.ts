import { enableCompileCache } from 'node:module';

// before anything else is imported: compiled modules come from the cache, which halves the start
enableCompileCache();
const [{ processContext }, { onInterrupt }, { runDemo }] = await Promise.all([
  import('../cli/context.ts'),
  import('../cli/interrupt.ts'),
  import('./story.ts'),
]);

const code = await runDemo(processContext(onInterrupt()));
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
