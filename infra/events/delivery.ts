import { Duration } from 'aws-cdk-lib';

/** EventBridge's own most: it tries for a day, then the event goes to the queue of missed ones. */
export const delivery = { maxEventAge: Duration.hours(24), retryAttempts: 185 } as const;
