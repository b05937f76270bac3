import { describe } from 'vitest';
import { testTargets } from '../../support/every-target.ts';
import { hostileTables } from '../../support/hostile-tables.ts';

describe('a target', () => {
  testTargets(hostileTables);
});
