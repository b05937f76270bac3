import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import { LoadError } from './load-error.ts';
import type { LoadOrder } from './load-order.ts';

/**
 * Loads one file, as `landfall load` does: the same engine, ledger and reports, in processes of its own that end with it. Nothing is
 * written to stdout or stderr, and the process is never ended.
 * @returns the report, of data that were refused or are held too: look at `outcome`
 * @throws LoadError where nothing could be loaded, with a code; the signal's reason where that was aborted
 */
export async function load(order: LoadOrder): Promise<LoadReport> {
  const { signal = new AbortController().signal } = order;
  try {
    signal.throwIfAborted();
    // a project's datasets import this package, and load nothing
    const { loadOrdered } = await import('./load-ordered.ts');
    return await loadOrdered(order, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw asLoadError(error);
  }
}

function asLoadError(cause: unknown): unknown {
  if (!(cause instanceof Error)) return cause;
  const code = codes[cause.name];
  if (code === undefined) return cause;
  const { problems = [cause.message] } = cause as { readonly problems?: readonly string[] };
  return new LoadError(code, problems, { cause });
}

/** Of the errors that say all that a person needs, by their names. */
const codes: Readonly<Record<string, string>> = {
  UsageError: 'WRONG_USAGE',
  ProjectError: 'WRONG_PROJECT',
  CommandError: 'NO_DATABASE',
  HeldUp: 'NO_DATABASE',
  EmbeddedServerError: 'NO_EMBEDDED_SERVER',
};
