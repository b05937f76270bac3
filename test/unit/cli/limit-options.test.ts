import { expect, it } from 'vitest';
import { readNamedLimits } from '../../../cli/typed/limit-options.ts';

it('limits of codes and columns are read as a dataset has them, also of a column with an equals sign in its name', () => {
  const problems: string[] = [];
  const lists = {
    'max-rejects-by-code': ['FOREIGN_KEY=100', 'INVALID_DATE=0', 'INVALID_DATE=0'],
    'null-share': ['email=0.05', 'a=b=.5'],
    'max-null-turned-share': ['email=0'],
  };
  expect(readNamedLimits({ lists }, problems)).toEqual({
    maxRejectsByCode: { FOREIGN_KEY: 100, INVALID_DATE: 0 },
    nullShare: { email: 0.05, 'a=b': 0.5 },
    maxNullTurnedShare: { email: 0 },
  });
  expect(readNamedLimits({ lists: {} }, problems)).toEqual({});
  expect(problems).toEqual([]);
});
