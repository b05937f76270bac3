import { z } from 'zod';

/** What EventBridge Scheduler sends: the dataset, and when it was to come. The same scheduled time is the same file. */
export const fetchEvent = z.strictObject({
  dataset: z.string().min(1),
  scheduledTime: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
});

/** The event, parsed. */
export type FetchEvent = z.output<typeof fetchEvent>;
