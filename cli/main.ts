import { enableCompileCache } from 'node:module';
import { compileCacheFolder } from '../localstack/embedded/server/own-folder.ts';
import { landfallFolder, processContext } from './context.ts';
import { tellUncaught, terminal } from './terminal.ts';

tellUncaught('landfall');
// before all that takes long to import: compiled modules come from the cache, which halves the start
const cache = compileCacheFolder(landfallFolder(process.env));
if (cache !== null) enableCompileCache(cache);
const [{ runCommand }, { onInterrupt }] = await Promise.all([import('./run.ts'), import('./interrupt.ts')]);

const code = await runCommand(process.argv.slice(2), processContext(onInterrupt()));
terminal.end(code);
