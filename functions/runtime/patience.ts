import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseAway, TryAgain } from '../protocol/errors.ts';
import { isDatabaseAway, isRefusedLogin, sqlState } from '../db/errors.ts';

/** How long a connection is asked for. */
export interface Patience {
  /** Milliseconds from now on; asked when the connection is wanted. */
  readonly milliseconds: () => number;
  /** Every wait between two tries is multiplied by this; tests shorten them. */
  readonly waits?: number;
}

/** Connects, and calls `connected` as soon as it has. */
type Connect<T> = (connected: () => void) => Promise<T>;

/**
 * Connects again while the database is away, until the patience is over. `loginByToken`: a refused login is tried again too (IAM
 * or the server's way to it is not ready), for a few tries. What is done with the connection is never done twice.
 * @throws DatabaseAway where it did not come back; TryAgain for a token that is refused; what else is wrong at once, as it is.
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
      if (connected) throw error;
      if (!isDatabaseAway(error)) {
        if (!loginByToken || !isRefusedLogin(error)) throw error;
        if (tries >= loginTries) throw refusedToken(error);
      }
      const wait = waitMilliseconds(tries) * waits;
      if (performance.now() + wait > until) throw away(error, startedAt);
      await sleep(wait);
    }
  }
}

/** 3 tries in about 1 s: a sound token is refused where the server could not ask IAM about it. The state machine's retries add a few more. */
const loginTries = 3;

/** 0.5, 1, 2, 4, then 5 s, each shortened at random by up to half, so that the slices of many loads do not connect at the same moment. */
function waitMilliseconds(tries: number): number {
  return Math.min(5_000, 500 * 2 ** (tries - 1)) * (0.5 + Math.random() / 2);
}

/** Without a cause: what prints an error prints its cause too. */
function away(error: unknown, startedAt: number): DatabaseAway {
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  const state = sqlState(error);
  const code = state === null ? ((error as { code?: string }).code ?? null) : `SQLSTATE ${state}`;
  return new DatabaseAway(`the database did not answer for ${seconds} s${code === null ? '' : ` (${code})`}`);
}

function refusedToken(error: unknown): TryAgain {
  return new TryAgain(`the server refuses role or token of the login by IAM (SQLSTATE ${sqlState(error)})`);
}
