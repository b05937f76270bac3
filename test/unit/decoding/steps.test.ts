import { expect, test } from 'vitest';
import { namedSteps, readSteps, writtenSteps } from '../../../functions/decoding/steps.ts';

test('what earlier versions kept is a chain', () => expect(readSteps('gzip')).toEqual([{ kind: 'gzip' }]));

test('a chain is read back whatever its arguments hold', () => {
  const steps = [{ kind: 'gzip', argument: 'in/a b:c%.csv' }, { kind: 'gzip' }] as const;
  expect(readSteps(writtenSteps(steps))).toEqual(steps);
  expect(namedSteps(steps)).toBe('gzip, gzip');
});
