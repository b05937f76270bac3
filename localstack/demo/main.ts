import { enableCompileCache } from 'node:module';
import { sourcesCache } from '../../project/own-package.ts';
import { processWorld, speaking, surroundingsOf } from '../../cli/context.ts';
import { tellProject, tellUncaught, terminal } from '../../cli/terminal.ts';

tellUncaught('npm start');
// before all that takes long to import: compiled modules come from the cache, which halves the start
const surroundings = await surroundingsOf(process.env).catch(tellProject('npm start'));
if (sourcesCache !== null) enableCompileCache(sourcesCache);
const [{ onInterrupt }, { runDemo }] = await Promise.all([import('../../cli/interrupt.ts'), import('./story.ts')]);

const code = await runDemo(speaking(processWorld(surroundings, onInterrupt())));
terminal.end(code);
