import { steps } from '../../functions/contract/pipeline.ts';

// Imported by every process of the functions before its first call (engine.ts): while the command still looks for its
// database, they load what a call would otherwise wait for. The first step is needed at once, the others soon.
const handlerOf = (step: string): string => new URL(`../../functions/${step}/handler.ts`, import.meta.url).href;
const [first, ...others] = steps;
// a handler that cannot be loaded is reported by the call that needs it
await import(handlerOf(first)).catch(() => undefined);
void (async () => {
  for (const step of others) await import(handlerOf(step)).catch(() => undefined);
})();
