import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { chainOf } from '../../../functions/cleaning/chain.ts';
import { cleaningSteps } from '../../../functions/cleaning/all.ts';
import { cleaningChoice, writtenStep } from '../../../functions/compile/declaration/cleaning/written-steps.ts';
import { contract } from '../compile/build.ts';

const page = readFileSync('docs/cleaning.md', 'utf8').split('\n');
const inTable = (text: string): string => text.replaceAll('|', String.raw`\|`);

it('docs/cleaning.md says of every step what its help says', () => {
  const rows = cleaningSteps.map((step) => `| \`${inTable(writtenStep(step))}\` | ${inTable(step.summary)} |`);
  expect(page.filter((line) => rows.includes(line))).toEqual(rows);
});

const example = /(?:`([^`]+)`|an empty cell) → (?:`([^`]*)`|(NULL|refused))/gu;
const examples = page.slice(page.indexOf('## Examples')).flatMap((line) => {
  const [, step] = /^\| `([^`]+)` \| .*→/u.exec(line) ?? [];
  return step === undefined
    ? []
    : [...line.matchAll(example)].map(([, cell = '', becomes, word]) => ({ step, cell, becomes: becomes ?? word }));
});

it.each(examples)('$step makes $becomes of "$cell", as docs/cleaning.md shows it', ({ step, cell, becomes }) => {
  const [, name] = contract({ columns: { clean: { name: [step] } } }).columns;
  const cleaned = name === undefined ? undefined : chainOf(name)?.clean(cell, () => {});
  const shown = cleaned === null ? 'NULL' : typeof cleaned === 'object' ? 'refused' : cleaned;
  expect(shown).toBe(becomes);
});

it('and every step is there', () => {
  const shown = new Set(examples.map(({ step }) => cleaningChoice(step).step));
  expect(cleaningSteps.filter(({ name }) => !shown.has(name)).map(({ name }) => name)).toEqual(['nfc', 'zone']);
});
