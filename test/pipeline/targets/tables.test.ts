import { describe } from 'vitest';
import { testTargets } from '../../support/every-target.ts';
import { tableKinds, triggerKinds } from '../../support/target-kinds.ts';

describe('a target', () => {
  testTargets([...tableKinds, ...triggerKinds]);
});
