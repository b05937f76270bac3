import { expect, test } from 'vitest';
import { namedSteps, readSteps, writtenSteps } from '../../../functions/decoding/steps.ts';

test('what earlier versions kept is a chain', () => expect(readSteps('gzip')).toEqual([{ kind: 'gzip' }]));

test('a chain is read back whatever its arguments hold', () => {
  const steps = [
    { kind: 'zip', argument: 'in/a b:c%.csv' },
    { kind: 'gzip' },
    { kind: 'charset', argument: 'cp437' },
  ] as const;
  expect(readSteps(writtenSteps(steps))).toEqual(steps);
  expect(namedSteps(steps)).toBe('zip (in/a b:c%.csv), gzip, cp437');
});
