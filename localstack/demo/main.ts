import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { landfallFolder, processContext } from '../cli/context.ts';

// before all that takes long to import: compiled modules come from the cache, which halves the start
enableCompileCache(join(landfallFolder(process.env), 'cache'));
const [{ onInterrupt }, { runDemo }] = await Promise.all([import('../cli/interrupt.ts'), import('./story.ts')]);

const code = await runDemo(processContext(onInterrupt()));
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
