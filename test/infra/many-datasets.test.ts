import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { DatasetEvents } from '../../infra/events/dataset-events.ts';
import { prefixesWithin } from '../../infra/events/prefixes-within.ts';
import { templates, type Unbundled } from './support/unbundled.ts';

/** Each says all that a dataset can say about when its files come; half of them are fetched, each with a login of its own. */
const many: readonly DatasetEvents[] = Array.from({ length: 300 }, (_, at) => ({
  name: `feed-of-partner-${at}`,
  prefix: `partners/of-region-${at % 7}/feed-${at}/`,
  upload: { suffixes: ['.csv', '.tsv'], minBytes: 1 },
  schedule: { expression: 'cron(0 2 * * ? *)', timeZone: 'Europe/Berlin', windowMinutes: 15 },
  ...(at % 2 === 0 ? { fetch: { url: `https://partner-${at}.example.com/feed.csv`, secret: `partners/${at}` } } : {}),
}));

describe('300 datasets, each with a schedule, in the largest stack that the settings make', () => {
  let made: Unbundled;
  let few: Unbundled;
  beforeAll(() => {
    made = templates({ vpc: 'new', aurora: 'true' }, many);
    few = templates({ vpc: 'new', aurora: 'true' }, many.slice(0, 3));
  }, 120_000);

  test('stay below the 500 resources and the 1,000,000 bytes that CloudFormation takes', () => {
    const written = made.pipeline.toJSON() as { readonly Resources: object };
    expect(Object.keys(written.Resources).length).toBeLessThan(450);
    expect(JSON.stringify(written).length).toBeLessThan(900_000);
  });

  test('have as many rules, alarms and dashboards as three have: only schedules are one for each', () => {
    for (const type of ['AWS::Events::Rule', 'AWS::CloudWatch::Alarm', 'AWS::CloudWatch::Dashboard']) {
      made.pipeline.resourceCountIs(type, Object.keys(few.pipeline.findResources(type)).length);
    }
    made.pipeline.resourceCountIs('AWS::Scheduler::Schedule', many.length + 1);
  });

  test('are started by one rule without a wildcard, whose pattern fits into the 2,048 characters that EventBridge takes', () => {
    const [pattern, ...others] = uploadPatterns(made);
    expect(others).toEqual([]);
    expect(JSON.stringify(pattern)).not.toContain('wildcard');
    const longestBucket = { name: ['b'.repeat(63)] };
    const written = { ...pattern, detail: { ...pattern?.detail, bucket: longestBucket } };
    expect(JSON.stringify(written).length).toBeLessThanOrEqual(2_048);
    expect(pattern?.detail.object.key).toContainEqual({ prefix: 'partners/of-region-6/feed-' });
  });

  test('leave the role of fetch within the 10 managed policies that IAM lets a role have', () => {
    const policies = Object.keys(made.pipeline.findResources('AWS::IAM::ManagedPolicy'));
    expect(policies.every((id) => id.startsWith('FunctionsFetchRole'))).toBe(true);
    expect(policies.length).toBeLessThanOrEqual(10);
  });
});

describe('the prefixes in a pattern', () => {
  test('are those of the datasets where they have room, without what lies under another', () => {
    expect(prefixesWithin(['orders/', 'a*b/', 'orders/eu/', 'orders-old/'], 1_900)).toEqual([
      'a*b/',
      'orders-old/',
      'orders/',
    ]);
  });

  test('become what the most alike begin with, so that as few strange objects as possible start an execution', () => {
    const prefixes = ['sales/north/', 'sales/south/', 'stock/'];
    expect(prefixesWithin(prefixes, 60)).toEqual(['sales/', 'stock/']);
    expect(prefixesWithin(prefixes, 25)).toEqual(['s']);
  });

  test('have room, and let every key of every dataset through, whatever the datasets are', () => {
    const prefix = fc.string({ unit: fc.constantFrom('a', 'b', '/', '-', '"', 'ä', '😀'), maxLength: 12 });
    fc.assert(
      fc.property(fc.array(prefix, { minLength: 1, maxLength: 40 }), fc.integer({ min: 14, max: 400 }), (all, most) => {
        const kept = prefixesWithin(all, most);
        const characters = kept.map((each) => `${JSON.stringify({ prefix: each })},`).join('').length;
        return characters <= most && all.every((each) => kept.some((beginning) => each.startsWith(beginning)));
      }),
    );
  });
});

interface Pattern {
  readonly source: readonly string[];
  readonly detail: { readonly object: { readonly key: readonly object[] } };
}

function uploadPatterns({ pipeline }: Unbundled): readonly Pattern[] {
  return Object.values(pipeline.findResources('AWS::Events::Rule'))
    .map((each) => each['Properties'].EventPattern as Pattern)
    .filter(({ source }) => source.includes('aws.s3'));
}
