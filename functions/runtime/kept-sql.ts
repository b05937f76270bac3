import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** sha256 in hex, as a request has it: whatever else it says is the name of no file. */
const hash = /^[0-9a-f]{64}$/u;

/** Where a machine keeps SQL that was typed to its commands: a file a text, called by its sha256 (docs/adr/0050). */
export function keptSqlFile(folder: string, sha256: string): string {
  return join(folder, `${sha256}.json`);
}

/** Reads what is kept there under a hash; null where nothing is. Whoever asks compares the hash with what was read. */
export function keptSqlIn(folder: string): (sha256: string) => string | null {
  return (sha256) => {
    if (!hash.test(sha256)) return null;
    try {
      return readFileSync(keptSqlFile(folder, sha256), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  };
}
