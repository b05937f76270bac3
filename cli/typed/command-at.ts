import { shellWord } from '../../functions/core/typed-again.ts';
import { commandLine } from '../context.ts';
import { holdsPassword } from './database-url.ts';

/** What says where a command looks, as it was typed; undefined: it was not typed. */
export interface TypedPlace {
  readonly databaseUrl?: string | undefined;
  readonly stack?: string | undefined;
}

/** Writes commands that look where this one did: what was typed for that is typed again, but for a password, which stands as URL. */
export function commandAt({ databaseUrl, stack }: TypedPlace): (rest: string) => string {
  const url = databaseUrl !== undefined && holdsPassword(databaseUrl) ? 'URL' : databaseUrl;
  const at = [
    ...(url === undefined ? [] : ['--database-url', shellWord(url)]),
    ...(stack === undefined ? [] : ['--stack', shellWord(stack)]),
  ];
  return (rest) => commandLine([rest, ...at].join(' '));
}
