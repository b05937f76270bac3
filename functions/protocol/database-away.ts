import { DATABASE_AWAY } from './errors.ts';

/**
 * 60 s: a call that finds no database asks again for so long before it fails. A restart and a usual failover end within
 * it, and cost no retry of the state machine: the history of a load has room for few (docs/adr/0016).
 */
export const callPatienceSeconds = 60;

/**
 * A database that stays away: 60, 120, 240, then 300 s at most between ten further calls, with full jitter, so that loads do
 * not come back all at once. Eleven calls of 60 s patience cannot shrink: 11 minutes at least, half an hour on average, and
 * in 99 of 100 cases more than 20 minutes. A test has the arithmetic.
 */
export const databaseAway = {
  ErrorEquals: [DATABASE_AWAY],
  IntervalSeconds: 60,
  BackoffRate: 2,
  MaxDelaySeconds: 300,
  MaxAttempts: 10,
  JitterStrategy: 'FULL',
};

/**
 * A server that is back: so many seconds after its start every load that waited for it has come again, because it asks at most
 * that long after it asked before. Until then no lease is taken from it that ran out meanwhile, and nobody could renew.
 */
export const backWithinSeconds = databaseAway.MaxDelaySeconds + callPatienceSeconds;
