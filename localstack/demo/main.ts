import { enableCompileCache } from 'node:module';
import { compileCacheFolder } from '../embedded/server/own-folder.ts';
import { landfallFolder, processContext } from '../../cli/context.ts';
import { tellUncaught, terminal } from '../../cli/terminal.ts';

tellUncaught('npm start');
// before all that takes long to import: compiled modules come from the cache, which halves the start
const cache = compileCacheFolder(landfallFolder(process.env));
if (cache !== null) enableCompileCache(cache);
const [{ onInterrupt }, { runDemo }] = await Promise.all([import('../../cli/interrupt.ts'), import('./story.ts')]);

const code = await runDemo(processContext(onInterrupt()));
terminal.end(code);
