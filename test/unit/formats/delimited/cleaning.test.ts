import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CleaningChain, chainOf } from '../../../../functions/cleaning/chain.ts';
import type { ContractColumn, PlainForm } from '../../../../functions/core/contract.ts';
import { copyDelimiter, copyQuote } from '../../../../functions/formats/delimited/bytes.ts';
import type { Grammar } from '../../../../functions/formats/delimited/grammar.ts';
import { anyCuts, anyForms, anyGrammar, anyNulls, anyObject, tidyObject } from './arbitraries.ts';
import { plainText } from './reference.ts';
import { scanSlice, wholeObject } from './scan-all.ts';

/** Steps that leave, change, fill and empty cells, and one that cannot read some. */
const anySteps = fc.array(
  fc.constantFrom(
    'trim',
    'upper',
    'null:a',
    'null:',
    'map:x=say "hi", you;42=4,2',
    'default:d"',
    'decimal:comma',
    'pad:3',
  ),
  { maxLength: 3 },
);

test('a record is cleaned as its cells are, whatever the pieces, and goes typed where all of them are plain then', () => {
  fc.assert(
    fc.property(
      fc.oneof(anyObject, tidyObject(2), tidyObject(3)),
      anyGrammar,
      anyForms,
      fc.array(anySteps, { minLength: 4, maxLength: 4 }),
      anyNulls,
      anyCuts,
      (drawn, { grammar, of }, forms, steps, nulls, cuts) => {
        const object = of(drawn);
        const chains = forms.map((form, i) => chainWith(form, steps[i] ?? []));
        const settings = wholeObject(object, {
          ...grammar,
          ...nulls,
          forms,
          maxRecordBytes: 1000,
          maxRawBytes: 1000,
        });
        const plain = scanSlice(object, { ...settings, allRaw: true });
        const cleaned = scanSlice(object, { ...settings, chains }, cuts);
        const counted = chains.map((chain) => (chain?.steps ?? []).map(() => 0));
        const expected = plain.raw.map(({ recordNo, fault, cells }) => {
          const made = (cells ?? []).map((cell, i) => {
            const text = cell?.toString() ?? null;
            return (
              chains[i]?.clean(text, (step) => ((counted[i] as number[])[step] = (counted[i]?.[step] ?? 0) + 1)) ??
              (chains[i] ? null : text)
            );
          });
          const texts = made.map((cell) => (typeof cell === 'object' && cell !== null ? cell.cell : cell));
          const isTyped =
            fault === null &&
            made.every(
              (cell, i) => cell === null || (typeof cell === 'string' && plainText[forms[i] ?? 'text'](cell)),
            ) &&
            !holdsCopyMark(object, grammar);
          return { recordNo, fault, cells: fault === null ? texts : null, isTyped };
        });
        const quote = copyQuote(grammar);
        const typed = copyRows(Buffer.from(cleaned.typed, 'latin1').toString(), {
          quote: String.fromCharCode(quote),
          escape: String.fromCharCode(grammar.quoting === 'none' ? quote : (grammar.escape ?? quote)),
          delimiter: String.fromCharCode(copyDelimiter(grammar)),
        }).map(([recordNo, , ...cells]) => ({
          ...{ recordNo: Number(recordNo), fault: null, cells, isTyped: true },
        }));
        const raw = cleaned.raw.map(({ recordNo, fault, cells }) => ({
          ...{ recordNo, fault, cells: cells?.map((cell) => cell?.toString() ?? null) ?? null, isTyped: false },
        }));
        const all = [...typed, ...raw].toSorted((a, b) => a.recordNo - b.recordNo);
        expect(all.map((each) => ({ ...each, isTyped: null }))).toEqual(
          expected.map((each) => ({ ...each, isTyped: null })),
        );
        if (!holdsCopyMark(object, grammar)) expect(all).toEqual(expected);
        const sums = (cleaned.counts.cleaned ?? []).reduce((sum, { cells }) => sum + cells, 0);
        expect(sums).toBe(counted.flat().reduce((sum, cells) => sum + cells, 0));
      },
    ),
    { numRuns: 4000 },
  );
});

function chainWith(form: PlainForm, steps: readonly string[]): CleaningChain | null {
  const clean = steps.map((step) => {
    const [name = '', ...argument] = step.split(':');
    return argument.length === 0 ? { step: name } : { step: name, argument: argument.join(':') };
  });
  const column = { name: 'c', type: form, plainForm: form, hasDefault: false, notNull: false };
  return chainOf({ ...column, ...(clean.length > 0 && { clean }) } as unknown as ContractColumn);
}

/** A record that holds the byte that stands for a quote in COPY, or for a delimiter of several bytes, goes raw. */
function holdsCopyMark(object: Buffer, { quoting, delimiterRest }: Grammar): boolean {
  return (quoting === 'none' && object.includes(0x01)) || (delimiterRest !== undefined && object.includes(0x1f));
}

/** As COPY reads its CSV: an unquoted empty cell is NULL. */
function copyRows(
  text: string,
  { quote, escape, delimiter }: Readonly<Record<'quote' | 'escape' | 'delimiter', string>>,
): (string | null)[][] {
  const rows: (string | null)[][] = [];
  let row: (string | null)[] = [];
  for (let i = 0; i < text.length; ) {
    let cell: string | null = '';
    let isQuoted = false;
    for (let inside = false; inside || (text[i] !== delimiter && text[i] !== '\n'); i += 1) {
      if (inside && text[i] === escape && [quote, escape].includes(text[i + 1] ?? '')) {
        cell += text[i + 1];
        i += 1;
      } else if (text[i] === quote) {
        inside = !inside;
        isQuoted = true;
      } else cell += text[i];
    }
    row.push(cell === '' && !isQuoted ? null : cell);
    if (text[i] === '\n') {
      rows.push(row);
      row = [];
    }
    i += 1;
  }
  return rows;
}
