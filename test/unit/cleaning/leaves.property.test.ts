import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stepOf } from '../../../functions/cleaning/all.ts';
import { cleaningChoice } from '../../../functions/compile/declaration/cleaning/written-steps.ts';
import { cleanedColumn } from '../../support/cleaning-cases/cleaned-column.ts';
import { cleaningCases } from '../../support/cleaning-cases/cleaning-cases.ts';

/** Every step of the table once, with the type of its first row. */
const choices = new Map(cleaningCases.flatMap(({ type, steps }) => steps.map((step) => [step, type] as const)));
const known = cleaningCases.flatMap(({ becomes = {}, stays = [], unreadable = {} }) => [
  ...[...Object.keys(becomes), ...stays],
  ...Object.values(unreadable).flat(),
]);
const chars = Array.from(" \t\u00a0\u202f\u3000.,;:'\u2019()+-/%€$aAzZéÉßσΣ\u0301\u0308\u1100\u1161019TZ");
/** Any text, one of the table, and one of the characters that steps are about. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom(...known),
  // dates of the table, which are few
  fc.constantFrom('2024-12-31', '2024-12-01', '2024-02-30', '0000-01-01'),
  fc.string({
    unit: fc.constantFrom(...chars),
    maxLength: 12,
  }),
);

test.each([...choices])('%s of a %s leaves by the bytes only what it leaves by the text', (step, type) => {
  const choice = cleaningChoice(step);
  const { leaves, clean } = stepOf(choice).cleaner(choice, cleanedColumn(type));
  let left = 0;
  fc.assert(
    fc.property(text, fc.nat(3), (cell, before) => {
      const bytes = Buffer.from(`${' 0"'.slice(0, before)}${cell}\u00a0, `);
      const end = before + Buffer.byteLength(cell);
      if (!leaves(bytes, before, end)) return;
      left += 1;
      expect(clean(bytes.toString('utf8', before, end))).toBe(bytes.toString('utf8', before, end));
    }),
    { numRuns: 1500 },
  );
  expect(left > 0).toBe(!alwaysAsked.test(step));
});

/** Of these every cell is read; `date:yyyy-MM-dd` leaves what is one. */
const alwaysAsked = /^(?:boolean|epoch|excelSerial|timestamp|date:(?!yyyy-MM-dd$))/;
