import * as nodeModule from 'node:module';
import { compileCacheFolder } from '../localstack/embedded/server/own-folder.ts';
import { sourcesCache } from '../project/own-package.ts';
import { processWorld, surroundingsOf } from './context.ts';
import { tellProject, tellUncaught, terminal } from './terminal.ts';

tellUncaught('landfall');
// before all that takes long to import: compiled modules come from the cache, which halves the start
const surroundings = await surroundingsOf(process.env).catch(tellProject('landfall'));
const cache = sourcesCache ?? compileCacheFolder(surroundings.home);
// from Node 22.8 on
if (cache !== null) (nodeModule as Partial<typeof nodeModule>).enableCompileCache?.(cache);
const [{ runCommand }, { onInterrupt }] = await Promise.all([import('./run.ts'), import('./interrupt.ts')]);

const code = await runCommand(process.argv.slice(2), processWorld(surroundings, onInterrupt()));
terminal.end(code);
