import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadCodes } from '../../../functions/protocol/load-codes.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const source = readFileSync(`${root}functions/protocol/load-codes.ts`, 'utf8');

test('every load code is its own name and has a doc line that says what to do', () => {
  for (const [name, code] of Object.entries(loadCodes)) {
    expect(code).toBe(name);
    expect(source).toMatch(new RegExp(String.raw`/\*\* [^\n]{30,}[.] \*/\n  ${name}: '${name}',`));
  }
});

test('every refusal in the functions has a code that is listed', () => {
  const files = globSync('functions/**/*.ts', { cwd: root });
  const codes = files.flatMap((file) =>
    [...readFileSync(root + file, 'utf8').matchAll(/new LoadRejected\(\s*(?:loadCodes\.|')(\w+)/gu)].map(
      ([, code]) => code,
    ),
  );
  expect(codes.length).toBeGreaterThan(10);
  expect(codes.filter((code) => !Object.hasOwn(loadCodes, code ?? ''))).toEqual([]);
});
