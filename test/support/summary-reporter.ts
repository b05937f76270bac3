import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/**
 * Ends a run with one line that a script and a person read alike: `412 passed, 0 failed`.
 * Whatever makes the run fail counts: a test, a file that cannot be loaded, a hook, an error outside any test.
 * Skipped tests get a line of their own before it, because nothing here is meant to be skipped.
 * A class with a default export, because that is how vitest takes a reporter that has a file of its own.
 */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const states = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state));
    const count = (state: (typeof states)[number]): number => states.filter((each) => each === state).length;
    const failed = count('failed') + modules.reduce((sum, module) => sum + brokenSuites(module), 0) + errors.length;
    const skipped = count('skipped') + count('pending');
    if (skipped > 0) process.stdout.write(`${skipped} skipped\n`);
    process.stdout.write(`${count('passed')} passed, ${failed} failed\n`);
  }
}

/** Errors of the file itself and of its describe blocks: imports, beforeAll, afterAll. */
function brokenSuites(module: TestModule): number {
  const suites = [...module.children.allSuites()];
  return module.errors().length + suites.reduce((sum, suite) => sum + suite.errors().length, 0);
}
