import { printable } from '../../functions/core/printable.ts';
import { count } from '../../functions/words/quantities.ts';
import { shortPath } from '../../functions/words/object-name.ts';
import type { Skipped } from '../../functions/objects/directory/directory-walk.ts';
import type { Context } from '../context.ts';

/** Of one look, so that a folder full of links does not fill the terminal. */
const linesAtMost = 20;

/**
 * Tells what is not taken from the landing folder, each thing once for as long as it lies there: its path and why. To be
 * called with all of it at each look.
 */
export function tellSkipped({ err, typedIn }: Pick<Context, 'err' | 'typedIn'>): (skipped: readonly Told[]) => void {
  let told: ReadonlySet<string> = new Set();
  return (skipped) => {
    const lines = new Set(
      skipped.map(({ path, why }) => `${printable(shortPath(path, typedIn), 300)} ${printable(why, 300)}`),
    );
    const untold = [...lines].filter((line) => !told.has(line));
    told = lines;
    for (const line of untold.slice(0, linesAtMost)) err(`skipped: ${line}\n`);
    const more = untold.length - linesAtMost;
    if (more > 0) err(`skipped: ${count(more)} more, which \`find\` shows\n`);
  };
}

type Told = Pick<Skipped, 'path' | 'why'>;
