import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** sha256 in hex, as a request has it: whatever else it says is the name of no file. */
const hash = /^[0-9a-f]{64}$/u;

/**
 * Where a machine keeps SQL that was typed to its commands (docs/adr/0050): a file a text and database, called by the text's sha256
 * and what the command calls its database by.
 */
export function keptSqlFile(
  folder: string,
  { sha256, database }: { readonly sha256: string; readonly database: string },
): string {
  return join(folder, `${sha256}.${database}.json`);
}

/** Reads what is kept there under a hash, for whichever database; null where nothing is. Whoever asks compares the hash with what was read. */
export function keptSqlIn(folder: string): (sha256: string) => string | null {
  return (sha256) => {
    if (!hash.test(sha256)) return null;
    try {
      const name = readdirSync(folder).find((each) => each.startsWith(`${sha256}.`) && each.endsWith('.json'));
      return name === undefined ? null : readFileSync(join(folder, name), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  };
}
