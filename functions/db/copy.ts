import { once } from 'node:events';
import copyStreams from 'pg-copy-streams';
import type { Sql } from '../core/sql.ts';
import type { Db } from './client.ts';
import { unsettle } from './session/settled.ts';

/** A COPY FROM STDIN that is fed by hand, so that one scan of a file can feed several. */
export interface OpenCopy {
  /** Sends bytes; resolves once they may be forgotten (back-pressure of the socket). */
  write(chunk: Buffer): Promise<void>;
  /** Ends the COPY cleanly; answers the row count that the server reports. */
  end(): Promise<number>;
  /** Sends CopyFail: the transaction is aborted and the connection stays usable. */
  abort(reason: Error): Promise<void>;
}

/** Starts `copy ... from stdin`. The caller counts what it sends and compares it with what end() answers (invariant 2). */
export function openCopy(db: Db, statement: Sql): OpenCopy {
  unsettle(db);
  const stream = db.query(copyStreams.from(statement.text));
  let failure: Error | null = null;
  const settled = new Promise<void>((resolve) => {
    stream.once('finish', resolve);
    // for good: where the server refused the COPY, a later call on the stream fails too, and nobody else would listen
    stream.on('error', (error: Error) => {
      failure ??= error;
      resolve();
    });
  });
  const check = (): void => {
    if (failure !== null) throw failure;
  };
  return {
    async write(chunk) {
      check();
      if (!stream.write(chunk)) await Promise.race([once(stream, 'drain').catch(() => undefined), settled]);
      check();
    },
    async end() {
      check();
      stream.end();
      await settled;
      check();
      return stream.rowCount;
    },
    async abort(reason) {
      if (failure === null) stream.destroy(reason);
      await settled;
    },
  };
}
