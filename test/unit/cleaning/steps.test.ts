import { describe, expect, it } from 'vitest';
import { stepOf } from '../../../functions/cleaning/all.ts';
import type { Unreadable } from '../../../functions/cleaning/step.ts';
import { cleaningChoice } from '../../../functions/compile/declaration/cleaning/written-steps.ts';
import { cleanedColumn } from '../../support/cleaning-cases/cleaned-column.ts';
import type { CleaningCase } from '../../support/cleaning-cases/cleaning-case.ts';
import { cleaningCases } from '../../support/cleaning-cases/cleaning-cases.ts';

function cleaned({ type, steps }: CleaningCase, cell: string | null): string | null | Unreadable {
  const column = cleanedColumn(type);
  return steps.reduce<string | null | Unreadable>((text, written) => {
    if (typeof text === 'object' && text !== null) return text;
    const choice = cleaningChoice(written);
    const { clean, ofNull } = stepOf(choice).cleaner(choice, column);
    return text === null ? (ofNull?.() ?? null) : clean(text);
  }, cell);
}

function expectedOf(row: CleaningCase): Readonly<Record<string, unknown>> {
  const unreadable = Object.entries(row.unreadable ?? {}).flatMap(([code, cells]) =>
    cells.map((cell) => [cell, { code, words: expect.any(String) }] as const),
  );
  const refused = Object.values(row.refused ?? {}).flatMap((cells) => Object.entries(cells));
  const stays = (row.stays ?? []).map((cell) => [cell, cell] as const);
  return Object.fromEntries([...Object.entries(row.becomes ?? {}), ...stays, ...refused, ...unreadable]);
}

describe('What steps make of a cell', () => {
  it.each(cleaningCases.map((row) => [`${row.type} ${row.steps.join(', ')}`, row] as const))('%s', (_, row) => {
    const expected = expectedOf(row);
    expect(Object.fromEntries(Object.keys(expected).map((cell) => [cell, cleaned(row, cell)]))).toEqual(expected);
    if (row.ofNull !== undefined) expect(cleaned(row, null)).toBe(row.ofNull);
  });

  it('is told by a table of 600 cells and more, each once in its row', () => {
    const cells = cleaningCases.map((row) => Object.keys(expectedOf(row)).length + (row.ofNull === undefined ? 0 : 1));
    expect(cells.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(600);
    for (const row of cleaningCases) {
      const written = [
        ...[...Object.keys(row.becomes ?? {}), ...(row.stays ?? [])],
        ...Object.values(row.unreadable ?? {}).flat(),
        ...Object.values(row.refused ?? {}).flatMap((refused) => Object.keys(refused)),
      ];
      expect(written.length, row.steps.join()).toBe(Object.keys(expectedOf(row)).length);
    }
  });

  it('never shows the cell in the words of what cannot be read', () => {
    const shown = cleaningCases.flatMap((row) =>
      Object.values(row.unreadable ?? {})
        .flat()
        .filter((cell) => cell.length > 5 && (cleaned(row, cell) as Unreadable).words.includes(cell)),
    );
    expect(shown).toEqual([]);
  });
});

it('Blanks are those that Unicode calls so, and the tab and line ends', () => {
  const trim = stepOf({ step: 'trim' }).cleaner({ step: 'trim' }, cleanedColumn('text'));
  const all = Array.from({ length: 0x110000 }, (_, codePoint) => String.fromCodePoint(codePoint));
  const blanks = all.filter((character) => trim.clean(character) === '');
  expect(blanks).toEqual(all.filter((character) => /[\t\n\v\f\r\p{Zs}]/u.test(character)));
});
