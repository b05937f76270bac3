import { expect, test } from 'vitest';
import { readSqlRules } from '../../../cli/typed/sql-rule-options.ts';
import { loadRequestSchema } from '../../../functions/protocol/states.ts';
import { readSupplies } from '../../../cli/typed/supply-options.ts';

test('a constant is what stands behind the first =, empty or not', () => {
  const problems: string[] = [];
  expect(readSupplies({ constant: ['region=EU', ' note =', 'formula=a=b '] }, problems)).toEqual({
    constants: { region: 'EU', note: '', formula: 'a=b ' },
  });
  expect(problems).toEqual([]);
});

test('a constant without a column, and a column twice, are told', () => {
  const problems: string[] = [];
  readSupplies({ constant: ['EU', '=EU', 'a=1', 'a=2'] }, problems);
  expect(problems).toEqual([
    `--constant: "EU" is not COLUMN=...; write --constant region=EU (or 'note=' for an empty text)`,
    `--constant: "=EU" is not COLUMN=...; write --constant region=EU (or 'note=' for an empty text)`,
    '--constant names "a" twice',
  ]);
});

test('lineage is one of a few words', () => {
  const problems: string[] = [];
  expect(readSupplies({ lineage: ['file=object-key', 'line=line'] }, problems)).toEqual({
    lineage: { file: 'object-key', line: 'line' },
  });
  readSupplies({ lineage: ['file=key'] }, problems);
  expect(problems).toEqual([
    '--lineage file: "key" is none; it is load-id, object-key, line, record, loaded-at, object-time',
  ]);
});

test('expressions go with the rules in SQL, which no request holds', () => {
  const problems: string[] = [];
  const rules = readSqlRules({ lists: { derive: ['total=price * pieces', "day=date '2024-01-01' = day"] } }, problems);
  expect(JSON.parse(rules ?? '')).toEqual({
    recordRules: [],
    loadRules: [],
    derive: { total: 'price * pieces', day: "date '2024-01-01' = day" },
  });
  expect(loadRequestSchema.safeParse({ bucket: 'b', key: 'k', derive: { total: 'price' } }).success).toBe(false);
  expect(problems).toEqual([]);
});
