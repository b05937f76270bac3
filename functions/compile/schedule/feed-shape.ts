import { z } from 'zod';
import { didYouMean, showText } from '../../words/did-you-mean.ts';
import { objectsAtMost } from '../../core/sets/objects-at-most.ts';
import type { DeclaredSet } from '../../core/sets/set-starter.ts';
import { endsAs } from '../declaration/ends-as.ts';
import { namePatternProblem, urlFileName } from './fetched-name.ts';
import { expressionProblems } from './schedule-expression.ts';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

/** 10 GiB: 900 s, the longest that a Lambda runs, at 12 MB/s. */
const FETCH_BYTES = 10 * GIB;
/** 10 000 parts of 8 MiB: the largest upload that fetch can make. */
const LARGEST_FETCH_BYTES = 10_000 * 8 * MIB;
/** A day: what EventBridge Scheduler allows. */
const LONGEST_WINDOW_MINUTES = 1440;

/** When a dataset is imported. */
const scheduleShape = z.strictObject({
  /** `rate(1 day)`, `cron(0 2 * * ? *)`. */
  expression: z.string().check(
    z.superRefine((text, context) => {
      for (const message of expressionProblems(text)) context.addIssue({ code: 'custom', message });
    }),
  ),
  /** IANA name in which a cron expression is read, daylight saving time included. */
  timeZone: z
    .string()
    .check(
      z.superRefine((text, context) => {
        const message = timeZoneProblem(text);
        if (message !== null) context.addIssue({ code: 'custom', message });
      }),
    )
    .default('UTC'),
  /** It may come so much later, so that many schedules of one hour do not come at once. */
  windowMinutes: z.int().min(0).max(LONGEST_WINDOW_MINUTES).default(0),
});

/** Where a dataset's file is brought from. */
const fetchShape = z.strictObject({
  url: z.string().check(
    z.superRefine((text, context) => {
      for (const message of urlProblems(text)) context.addIssue({ code: 'custom', message });
    }),
  ),
  /** Other hosts that a redirect may lead to. */
  hosts: z
    .array(
      z
        .string()
        .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/u, 'must be the name of a host in small letters, like "cdn.example.com"'),
    )
    .default([]),
  /** Name or ARN of a Secrets Manager secret: JSON of headers, or of `{ username, password }`. */
  secret: z
    .string()
    .regex(/^[\w/+=.@:-]{1,512}$/u, 'must be the name or ARN of a secret of Secrets Manager')
    .exactOptional(),
  maxBytes: z.int().min(1).max(LARGEST_FETCH_BYTES).default(FETCH_BYTES),
  /** Name under the prefix; `{date}` and `{time}` are those of the schedule, in UTC. */
  as: z
    .string()
    .check(
      z.superRefine((text, context) => {
        const message = namePatternProblem(text);
        if (message !== null) context.addIssue({ code: 'custom', message });
      }),
    )
    .exactOptional(),
});

/** Which objects under the prefix start a load by themselves. */
const uploadShape = z.strictObject({
  suffixes: z
    .array(z.string().regex(/^[^*?]+$/u, 'must be how keys end, like ".csv", without * or ?'))
    .min(1)
    .exactOptional(),
  minBytes: z.int().min(0).exactOptional(),
  maxBytes: z.int().min(1).exactOptional(),
});

/** An hour: whoever waits for rows would rather have them in several loads. */
const LONGEST_GATHERING_SECONDS = 3_600;

/** Where nobody says how many: whoever waits for rows would rather have them in several loads. */
const GATHERED_OBJECTS = 900;

/** Objects that come within a time are one load. */
const gatherShape = z.strictObject({
  /** The load begins so long after the first of them came. */
  seconds: z.int().min(1).max(LONGEST_GATHERING_SECONDS).default(60),
  /** Or once there are so many, or so many bytes. */
  maxObjects: z.int().min(2).max(objectsAtMost).default(GATHERED_OBJECTS),
  maxBytes: z.int().min(1).default(GIB),
});

/** Objects of which another one says that they are all there. */
const setShape = z.strictObject({
  /** How the names of manifests look, `*` any text, `?` any character: each is loaded as the set of what it lists. */
  manifest: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[^/]+$/u, 'must be how names look, without a folder, like "*.manifest.json"')
    .exactOptional(),
  /** The name of the object that is written last: all that lies in its folder and below it is a set. */
  marker: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[^/*?]+$/u, 'must be a name without a folder, * or ?, like "_SUCCESS"')
    .exactOptional(),
  /** What a manifest lists and is not there yet is waited for so long. */
  waitMinutes: z.number().min(0).max(240).default(15),
});

/** How a dataset's files come. It says nothing about their rows, so no contract holds any of it. */
export const feedFields = {
  schedule: scheduleShape.exactOptional(),
  fetch: fetchShape.exactOptional(),
  upload: uploadShape.exactOptional(),
  /** Objects are loaded together with those that come soon after them; absent: each by itself. */
  gather: gatherShape.exactOptional(),
  /** Objects are loaded as a set, once a manifest lists them or a marker says that they are there; absent: each by itself. */
  set: setShape.exactOptional(),
  /** Of a load of several objects one cannot be read: the load is refused, or goes on without it. Absent: what was gathered goes on, a set is refused. */
  refusedObjects: z.enum(['refuse', 'leave-out']).exactOptional(),
  /** A feed whose last load is older is late. */
  expectEveryHours: z
    .int()
    .min(1)
    .max(24 * 366)
    .exactOptional(),
};

/** A dataset's fetch, with its defaults. */
export type Fetch = z.output<typeof fetchShape>;

/** What crossCheckFeed reads of a dataset. */
export interface Feed {
  readonly schedule?: object;
  readonly fetch?: { readonly url: string; readonly as?: string; readonly maxBytes: number };
  readonly upload?: z.output<typeof uploadShape>;
  readonly gather?: object;
  readonly set?: DeclaredSet;
  readonly control?: { readonly sidecar?: string | undefined };
}

/** What the fields of a feed contradict in each other. */
export function crossCheckFeed(
  { schedule, fetch, upload }: Feed,
  report: (path: readonly string[], message: string) => void,
): void {
  const { suffixes, minBytes, maxBytes } = upload ?? {};
  if (minBytes !== undefined && maxBytes !== undefined && minBytes > maxBytes) {
    report(['upload'], 'minBytes is above maxBytes: no file could pass');
  }
  if (fetch === undefined) return;
  if (schedule === undefined) {
    report(['fetch'], 'needs a schedule that says when, like schedule: { expression: "rate(1 day)" }');
  }
  const name = fetch.as ?? urlFileName(fetch.url);
  if (name === null) {
    if (!URL.canParse(fetch.url)) return;
    report(
      ['fetch', 'as'],
      'is missing; the path of url ends without the name of a file, so say one: "orders-{date}.csv"',
    );
  } else if (suffixes !== undefined && !endsAs(name, suffixes)) {
    report(
      ['fetch', 'as'],
      `${showText(name)} ends with none of upload.suffixes: what is fetched would never be loaded`,
    );
  }
  if (maxBytes !== undefined && fetch.maxBytes > maxBytes) {
    report(
      ['fetch', 'maxBytes'],
      `is above upload.maxBytes, ${maxBytes}: a longer file would be fetched and never loaded. Lower it`,
    );
  }
}

/** A gate compares what is said of one object with all that is loaded. */
export function crossCheckGathered(
  {
    gather,
    set,
    control,
    trailerTotals,
  }: Pick<Feed, 'gather' | 'set' | 'control'> & {
    readonly trailerTotals?: unknown;
  },
  report: (path: readonly string[], message: string) => void,
): void {
  if (set !== undefined && (set.manifest === undefined) === (set.marker === undefined))
    report(
      ['set'],
      'needs manifest or marker, one of the two: { manifest: "*.manifest.json" } or { marker: "_SUCCESS" }',
    );
  if (gather !== undefined && set !== undefined)
    report(['gather'], 'does not go with set: what is in a set is said by its manifest or marker');
  if (gather === undefined && set === undefined) return;
  const field = gather === undefined ? 'set' : 'gather';
  if (control?.sidecar === 'required')
    report([field], 'does not go with control.sidecar "required": such a file says what one object holds, not several');
  if (trailerTotals !== undefined)
    report([field], 'does not go with trailerTotals: they are of one object, not of several');
}

function urlProblems(text: string): readonly string[] {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) return ['must be a URL, like "https://example.com/orders.csv"'];
  return [
    ...(url.protocol === 'https:' ? [] : [`must begin with https://, not ${url.protocol}`]),
    ...(url.username === '' && url.password === ''
      ? []
      : ['must hold no user or password: name a secret in fetch.secret']),
    ...(url.hash === '' ? [] : ['must hold no #: what follows it is never sent to a server']),
  ];
}

/** EventBridge Scheduler takes IANA names as they are written, and no offsets. */
function timeZoneProblem(text: string): string | null {
  const known = Intl.supportedValuesOf('timeZone');
  const resolved = /^[A-Z]/u.test(text) ? resolvedZone(text) : null;
  const isWritten = resolved !== null && (resolved === text || resolved.toLowerCase() !== text.toLowerCase());
  if (isWritten) return null;
  const hint = didYouMean(text, known);
  return `must be the IANA name of a time zone, like "Europe/Zurich" or "UTC", not ${showText(text)}.${hint}`;
}

function resolvedZone(timeZone: string): string | null {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch {
    // a RangeError: no such zone
    return null;
  }
}
