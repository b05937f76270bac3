import { describe } from 'vitest';
import { testTargets } from '../../support/every-target.ts';
import { columnKinds, constraintKinds } from '../../support/target-kinds.ts';

describe('a target', () => {
  testTargets([...columnKinds, ...constraintKinds]);
});
