import type { CleaningCase } from './cleaning-case.ts';
import { countedMomentCases } from './counted-moments.ts';
import { dateCases } from './dates.ts';
import { numberCases } from './numbers.ts';
import { textCases } from './texts.ts';
import { wordCases } from './words.ts';

/** What becomes of cells under every step: with an accepted one what the target then holds, with any other the code of its reason. */
export const cleaningCases: readonly CleaningCase[] = [
  ...textCases,
  ...wordCases,
  ...numberCases,
  ...dateCases,
  ...countedMomentCases,
];
