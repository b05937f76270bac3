import { expect, test } from 'vitest';
import { versionNote } from '../../../cli/operating/stack-version.ts';

test.each([
  ['1.4.2', '1.9.0', null],
  ['0.3.1', '0.3.9', null],
  ['0.3.1', '0.4.0', 'deploy this version'],
  ['0.10.0', '0.9.0', 'npm i landfall@0.10.0'],
  ['1.0.0', '2.0.0', 'npx landfall@1.0.0'],
  ['2.0.0', '1.9.9', 'take its command: npx landfall@2.0.0'],
  [null, '1.0.0', 'does not say its version'],
] as const)('a stack of %s, asked by a command of %s', (deployed, own, words) => {
  const note = versionNote('Shop', deployed, own);
  if (words === null) expect(note).toBeNull();
  else expect(note).toContain(words);
});
