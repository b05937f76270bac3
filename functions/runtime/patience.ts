import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseAway } from '../contract/errors.ts';
import { isDatabaseAway, isRefusedLogin, sqlState } from '../db/errors.ts';

/** How long a connection is asked for. */
export interface Patience {
  /** Milliseconds from now on; asked when the connection is wanted. */
  readonly milliseconds: () => number;
  /** Of all waits between two tries, this share: for tests. */
  readonly waits?: number;
}

/** Connects, and calls `connected` as soon as it has. */
type Connect<T> = (connected: () => void) => Promise<T>;

/**
 * Connects again while the database is away, until the patience is over. `loginByToken`: a refused login may pass too (IAM
 * or the server's way to it is not ready), for a few tries. What is done with the connection is never done twice.
 * @throws DatabaseAway where it did not come back; what else is wrong at once, as it is.
 */
export async function patiently<T>(
  connect: Connect<T>,
  { milliseconds, waits = 1, loginByToken }: Patience & { readonly loginByToken: boolean },
): Promise<T> {
  const startedAt = performance.now();
  const until = startedAt + milliseconds();
  for (let tries = 1; ; tries += 1) {
    let connected = false;
    try {
      return await connect(() => {
        connected = true;
      });
    } catch (error) {
      if (connected || !mayPass(error, loginByToken ? tries : Infinity)) throw error;
      const wait = waitMilliseconds(tries) * waits;
      if (performance.now() + wait > until) throw isDatabaseAway(error) ? away(error, startedAt) : error;
      await sleep(wait);
    }
  }
}

/** 5 tries, 4 to 8 s: a token is refused where IAM's answer did not come in time. A role that lacks rds_iam stays refused. */
const loginTries = 5;

function mayPass(error: unknown, tries: number): boolean {
  return isDatabaseAway(error) || (isRefusedLogin(error) && tries < loginTries);
}

/** 0.5, 1, 2, 4, then 5 s, less up to half of it: eight slices of many loads do not knock at the same moment. */
function waitMilliseconds(tries: number): number {
  return Math.min(5_000, 500 * 2 ** (tries - 1)) * (0.5 + Math.random() / 2);
}

/** Without a cause: whoever prints an error prints that with it. */
function away(error: unknown, startedAt: number): DatabaseAway {
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  const state = sqlState(error);
  const code = state === null ? ((error as { code?: string }).code ?? null) : `SQLSTATE ${state}`;
  return new DatabaseAway(`the database did not answer for ${seconds} s${code === null ? '' : ` (${code})`}`);
}
