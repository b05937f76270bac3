/** Buckets that the tests on LocalStack make and load from; of what is put there EventBridge is told nothing. */
export const testBuckets = { versioned: 'landfall-test-versioned', plain: 'landfall-test-plain' } as const;

/** The app's settings (infra/) for a LocalStack, by their names in CDK context. */
export function cdkContext(databaseSecret: string): Readonly<Record<string, string>> {
  return {
    'landfall:databaseSecret': databaseSecret,
    // schedules of EventBridge Scheduler are kept there and never fire; plain rules do
    'landfall:noScheduler': 'true',
    // its tests bring files from a server of this machine
    'landfall:testable': 'true',
    'landfall:sourceBuckets': Object.values(testBuckets).join(','),
  };
}
