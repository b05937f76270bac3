import { describe } from 'vitest';
import { testTargets } from '../../support/every-target.ts';
import { typeKinds } from '../../support/target-kinds.ts';

describe('a target', () => {
  testTargets(typeKinds);
});
