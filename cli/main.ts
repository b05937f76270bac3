import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { keptProgram } from '../project/kept-program.ts';

/** What `npm run landfall` starts: the command, bundled where a bundle of these very sources is kept (docs/adr/0085), else as it stands. */
const kept = keptProgram();
if (kept === null) await import('./command.ts');
else await import(pathToFileURL(join(kept, 'command/main.mjs')).href);
